/** A source on its way into a parser that is a stream: who of both failed, and an end for both. */
import { Readable } from 'node:stream';
import { DomainError } from '@openvsys/vsys';

export interface Piped {
  /** What to throw: why the source failed, else why the image is bad, else `otherwise`. */
  reasonOf(error: unknown, otherwise: DomainError): Error;
  close(): void;
}

type Parser = NodeJS.WritableStream & { destroy(error?: Error): unknown };

export function pipeInto(source: AsyncIterable<Uint8Array>, parser: Parser): Piped {
  const input = Readable.from(source);
  let failure: Error | undefined;
  input.once('error', (error) => {
    failure = error;
    parser.destroy(error);
  });
  input.pipe(parser);
  return {
    reasonOf: (error, otherwise) => failure ?? (error instanceof DomainError ? error : otherwise),
    close: () => {
      input.destroy();
      parser.destroy();
    },
  };
}
