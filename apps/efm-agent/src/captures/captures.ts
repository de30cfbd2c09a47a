/** Carries out what tenants ask to see of packets, one capture at a time and beside everything else. */
import type { ApiClient } from '../api/api-client.js';
import { messageOf } from '../apply/applier.js';
import type { LogBook } from '../report/log-book.js';
import { capturePackets, type CaptureOrder } from './capture.js';

export class Captures {
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: ApiClient,
    private readonly logs: LogBook,
  ) {}

  /** Takes the wishes; they are carried out after this has resolved. Throws when the API does not answer. */
  async take(signal: AbortSignal): Promise<void> {
    const orders = await this.client.startCaptures(signal);
    for (const order of orders) this.queue = this.queue.then(async () => this.carryOut(order, signal));
  }

  /** Resolves when all that were taken are done. */
  async idle(): Promise<void> {
    await this.queue;
  }

  /** What goes wrong is told; a capture that cannot be sent is given up by the API after its time. */
  private async carryOut(order: CaptureOrder, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    try {
      const result = await capturePackets(order, signal).then(
        (content) => ({ content }),
        (error: unknown) => ({ error: messageOf(error) }),
      );
      await this.client.sendCapture(order.id, result, signal);
    } catch (error) {
      this.logs.write('agent', `A capture could not be sent: ${messageOf(error)}`);
    }
  }
}
