// Purpose: reads a request body within a limit.
import type { IncomingMessage } from 'node:http';

export class BodyTooLarge extends Error {}

/** @throws BodyTooLarge as soon as the announced or real size is above `limit` bytes */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
