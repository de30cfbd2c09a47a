/** The parts of a multipart body. What it is, is read from the body itself: not every client says it in a header. */
import busboy from 'busboy';
import { wrongValue } from './fgcp-error.js';

export interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A document, a configuration and a certificate are the most that a request has. */
const MOST_PARTS = 8;
/** RFC 2046 §5.1.1: 1 to 70 of these characters, the last one no blank. */
const FIRST_LINE = /^--([0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?])[ \t]*\r?\n/;
/** Longer than the longest first line. */
const HEAD_BYTES = 100;

/** Throws VALIDATION_ERROR for what is no such body. */
export async function readMultipart(body: Buffer): Promise<readonly Part[]> {
  const boundary = FIRST_LINE.exec(body.subarray(0, HEAD_BYTES).toString('latin1'))?.[1];
  if (boundary === undefined) throw wrongValue('Document');
  return new Promise((resolve, reject) => {
    const parts: Promise<Part>[] = [];
    const parser = busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
      limits: { parts: MOST_PARTS, fileSize: body.length, fieldSize: body.length, headerPairs: 20 },
      defParamCharset: 'utf8',
    });
    const refuse = (): void => reject(wrongValue('Document'));
    parser.on('field', (name, value) => parts.push(Promise.resolve({ name, bytes: Buffer.from(value) })));
    parser.on('file', (name, stream) => {
      parts.push(collected(name, stream));
      stream.on('error', refuse);
    });
    parser.on('partsLimit', refuse);
    parser.on('error', refuse);
    parser.on('close', () => void Promise.all(parts).then(resolve, refuse));
    parser.end(body);
  });
}

async function collected(name: string, stream: AsyncIterable<Buffer>): Promise<Part> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { name, bytes: Buffer.concat(chunks) };
}
