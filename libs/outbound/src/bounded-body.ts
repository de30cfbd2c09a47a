/** Bodies of answers, bounded: more bytes than asked for or a body that trickles on end with an error. */
import type { Readable } from 'node:stream';
import { DomainError } from '@openvsys/vsys';
import { failureOf } from './outbound-failure.js';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly target: URL;
  /** Ends the body too. */
  readonly signal: AbortSignal;
}

/** The same bytes; throws `too-large` at the first byte too many, `target-unreachable` when it breaks or takes too long. */
export function limitBody(
  body: Readable,
  limits: BodyLimits,
): AsyncIterable<Uint8Array> & { destroy(): void } {
  return {
    [Symbol.asyncIterator]: () => bounded(body, limits),
    destroy: () => {
      // An error on a stream that nobody reads any more would end the process.
      body.on('error', () => undefined);
      body.destroy();
    },
  };
}

async function* bounded(
  body: Readable,
  { maxBytes, target, signal }: BodyLimits,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      received += chunk.byteLength;
      if (received > maxBytes) throw tooLarge(target, maxBytes);
      yield chunk;
    }
  } catch (error) {
    throw failureOf(error, target, signal);
  }
}

export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function tooLarge({ origin, pathname }: URL, maxBytes: number): DomainError {
  return new DomainError('too-large', `${origin}${pathname} answers with more than ${maxBytes} bytes.`, {
    details: { limitBytes: maxBytes },
  });
}
