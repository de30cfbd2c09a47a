/** Carries out what is asked about servers, all at once and beside everything else: each only waits. */
import type { ApplianceInterface } from '@openvsys/vsys';
import type { ApiClient } from '../api/api-client.js';
import { messageOf } from '../apply/applier.js';
import type { LogBook } from '../report/log-book.js';
import { probeService, type ProbeOrder } from './service-probe.js';

/** The API takes so many characters. */
const REASON_LIMIT = 500;

export class ServiceProbes {
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly client: Pick<ApiClient, 'startProbes' | 'sendProbe'>,
    private readonly logs: LogBook,
    /** Of the document that runs. */
    private readonly interfaces: () => readonly ApplianceInterface[],
  ) {}

  /** Takes the orders; they are carried out after this has resolved. Throws when the API does not answer. */
  async take(signal: AbortSignal): Promise<void> {
    for (const order of await this.client.startProbes(signal)) {
      const work = this.carryOut(order, signal);
      this.running.add(work);
      void work.finally(() => this.running.delete(work));
    }
  }

  /** Resolves when all that were taken are done. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  private async carryOut(order: ProbeOrder, signal: AbortSignal): Promise<void> {
    try {
      const error = await probeService(order, this.interfaces(), signal).then(
        () => undefined,
        (reason: unknown) => messageOf(reason).slice(0, REASON_LIMIT),
      );
      if (!signal.aborted) await this.client.sendProbe(order.id, error, signal);
    } catch (error) {
      this.logs.write('agent', `What a port answers could not be told: ${messageOf(error)}`);
    }
  }
}
