/** Gives an appliance the document that its EFM wants now, or waits until it wants another one. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  findApplianceDocument,
  findWantedConfig,
  findWaitingWork,
  type ApplianceDocumentRecord,
  type EfmAgentRecord,
} from '@openvsys/persistence';
import { DomainError, type ModuleDocument } from '@openvsys/vsys';
import { SecretSealer } from '../clock.js';
import { OperationNews } from '../operations/operation-news.js';

export interface AppliancePackage {
  readonly version: number;
  readonly document: ModuleDocument;
  /** Plain text by file: for this appliance only, over its own connection only. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What an appliance has to know now. */
export interface ApplianceNews {
  /** Undefined: what it has is still wanted. */
  readonly wanted: AppliancePackage | undefined;
  /** Somebody asked for packets; it should ask for the wishes. */
  readonly captures: 'none' | 'waiting';
  /** Somebody waits for a port of a server. */
  readonly probes: 'none' | 'waiting';
}

@Injectable()
export class PullDocument {
  constructor(
    private readonly database: Database,
    private readonly news: OperationNews,
    private readonly sealer: SecretSealer,
  ) {}

  /**
   * At once when there is another document or a wish for packets or ports; without any after `ms` or when the signal aborts. Looks only at the beginning and when
   * something was told, so a thousand waiting appliances cost the database nothing. Throws `not-found` when the system does
   * not have the EFM any more.
   */
  async execute(
    agent: EfmAgentRecord,
    have: string | undefined,
    ms: number,
    signal: AbortSignal,
  ): Promise<ApplianceNews> {
    const until = performance.now() + ms;
    for (;;) {
      // Registered before the look, so that a change between the two is not missed.
      const looked = new AbortController();
      const left = until - performance.now();
      const told = this.news.wait(agent.vserverId, left, AbortSignal.any([signal, looked.signal]));
      try {
        const { record, ...asked } = await this.look(agent, have);
        const isAsked = asked.captures === 'waiting' || asked.probes === 'waiting';
        const wanted = record && this.packageOf(agent, record);
        if (wanted !== undefined || isAsked || left <= 0) return { wanted, ...asked };
        await told;
        if (signal.aborted || performance.now() >= until) return { wanted: undefined, ...asked };
      } finally {
        looked.abort();
      }
    }
  }

  private async look(
    agent: EfmAgentRecord,
    have: string | undefined,
  ): Promise<Pick<ApplianceNews, 'captures' | 'probes'> & { record: ApplianceDocumentRecord | undefined }> {
    return this.database.session(async (session) => {
      const work = await findWaitingWork(session, agent.vserverId);
      const captures = work.captures ? 'waiting' : 'none';
      const probes = work.probes ? 'waiting' : 'none';
      const wanted = await findWantedConfig(session, agent);
      if (wanted?.hash === have && have !== undefined) return { record: undefined, captures, probes };
      const record = wanted && (await findApplianceDocument(session, agent.vserverId, wanted.version));
      if (record !== undefined) return { record, captures, probes };
      throw new DomainError('not-found', 'The system wants nothing of this appliance.', { retry: 'same' });
    });
  }

  private packageOf(agent: EfmAgentRecord, record: ApplianceDocumentRecord): AppliancePackage {
    const secrets = Object.entries(record.secrets).map(([file, sealed]) => [
      file,
      this.sealer.open(sealed, agent.vserverId),
    ]);
    return {
      version: record.version,
      document: record.document,
      secrets: Object.fromEntries(secrets) as Record<string, string>,
    };
  }
}
