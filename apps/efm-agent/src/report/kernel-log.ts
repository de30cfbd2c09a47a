/** What firewall rules log comes with the kernel's messages (Documentation/ABI/testing/dev-kmsg): one record a read. */
import { open } from 'node:fs/promises';
import { messageOf } from '../apply/applier.js';
import type { LogBook } from './log-book.js';

/** All log prefixes of ours begin so; everything else of the kernel is none of the tenant's business. */
const OURS = 'openvsys ';
/** Longer than the longest record of the kernel, bytes. */
const RECORD_BYTES = 8192;

export class KernelLog {
  constructor(
    private readonly path: string | null,
    private readonly logs: LogBook,
  ) {}

  /** Until the signal aborts; at once where there is no such log. */
  async follow(signal: AbortSignal): Promise<void> {
    if (this.path === null) return;
    try {
      await using file = await open(this.path, 'r');
      const stream = file.createReadStream({ highWaterMark: RECORD_BYTES, signal, autoClose: false });
      for await (const record of stream as AsyncIterable<Buffer>) this.note(record.toString('utf8'));
    } catch (error) {
      if (!signal.aborted) this.logs.write('agent', `The kernel's log cannot be read: ${messageOf(error)}`);
    }
  }

  /** `6,1234,5678,-;openvsys rule 1 IN=…` */
  private note(record: string): void {
    const text = record.slice(record.indexOf(';') + 1).split('\n')[0] ?? '';
    if (text.startsWith(OURS)) this.logs.write('kernel', text);
  }
}
