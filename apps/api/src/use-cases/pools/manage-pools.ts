/** Shows, enables, disables and drains pools: the provider's business. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getPoolOverview,
  listPoolFindings,
  listPoolOverviews,
  setPoolDraining,
  setPoolEnabled,
  type Page,
  type PageRequest,
  type PoolFindingKind,
  type PoolFindingRecord,
  type PoolOverviewRecord,
  type Session,
} from '@openvsys/persistence';
import type { PoolId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

@Injectable()
export class ManagePools {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  async list(page: PageRequest): Promise<Page<PoolOverviewRecord>> {
    return this.database.session(async (session) => listPoolOverviews(session, page));
  }

  /** Throws `not-found`. */
  async get(id: PoolId): Promise<PoolOverviewRecord> {
    return this.database.session(async (session) => getPoolOverview(session, id));
  }

  /** What the last audit found. Throws `not-found`. */
  async listFindings(
    id: PoolId,
    kinds: readonly PoolFindingKind[],
    page: PageRequest,
  ): Promise<Page<PoolFindingRecord>> {
    return this.database.session(async (session) => {
      await getPoolOverview(session, id);
      return listPoolFindings(session, id, kinds, page);
    });
  }

  /** Throws `not-found`. */
  async setEnabled(call: Call, id: PoolId, to: 'enabled' | 'disabled'): Promise<PoolOverviewRecord> {
    const verb = to === 'enabled' ? 'pool.enable' : 'pool.disable';
    return this.set(call, id, verb, async (session) => setPoolEnabled(session, id, to));
  }

  /** Throws `not-found`. */
  async setDraining(call: Call, id: PoolId, to: 'draining' | 'open'): Promise<PoolOverviewRecord> {
    const verb = to === 'draining' ? 'pool.drain' : 'pool.reopen';
    return this.set(call, id, verb, async (session) => setPoolDraining(session, id, to));
  }

  private async set(
    call: Call,
    id: PoolId,
    verb: string,
    write: (session: Session) => Promise<void>,
  ): Promise<PoolOverviewRecord> {
    return this.transactor.change(call, async (session) => {
      await write(session);
      return {
        answer: await getPoolOverview(session, id),
        audit: { organizationId: null, verb, resource: id },
      };
    });
  }
}
