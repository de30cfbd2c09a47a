/** An image of a few MiB without a system on it: a VM of it runs and waits for something to boot. */
import { randomUUID } from 'node:crypto';
import type { SrUuid } from '@openvsys/vsys';
import type { XcpHypervisor } from '../../src/xcp-hypervisor.js';

export const TINY_BYTES = 8 * 2 ** 20;

/** The same bytes each time, so that what comes back can be compared. */
export function tinyDisk(): Buffer {
  const content = Buffer.alloc(TINY_BYTES);
  for (let at = 2 ** 20; at < 2 ** 21; at += 4) content.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
  return content;
}

export async function importTinyImage(hypervisor: XcpHypervisor, name: string, sr: SrUuid): Promise<void> {
  const content = tinyDisk();
  await hypervisor.images.importImage({
    importId: `conformance-${randomUUID()}`,
    name,
    sr,
    format: 'raw',
    signal: AbortSignal.timeout(120_000),
    source: {
      bytes: content.length,
      async *open() {
        for (let at = 0; at < content.length; at += 2 ** 20) yield content.subarray(at, at + 2 ** 20);
      },
    },
  });
}
