/** What an agent sends of a capture: packets, or why there are none. */
import { DomainError } from '@openvsys/vsys';
import type { Request } from 'express';
import { MAX_CAPTURE_BYTES } from '../../use-cases/efms/capture-packets.js';

const PACKETS = 'application/vnd.tcpdump.pcap';
/** What of a reason is kept. */
const REASON_LIMIT = 500;

export type CaptureResult = { readonly content: Buffer } | { readonly error: string };

/** Throws `too-large` for more than anybody can ask for. */
export async function captureResult(request: Request): Promise<CaptureResult> {
  if (request.headers['content-type'] !== PACKETS) {
    const body: unknown = request.body;
    const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined;
    const reason = typeof error === 'string' ? error : 'The appliance does not say why.';
    return { error: reason.slice(0, REASON_LIMIT) };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_CAPTURE_BYTES) {
      throw new DomainError('too-large', `A capture has ${MAX_CAPTURE_BYTES} bytes at most.`);
    }
    chunks.push(chunk);
  }
  return { content: Buffer.concat(chunks) };
}
