/** Suspends, closes and activates organizations. Workers stop and delete what follows from it. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getStanding,
  insertEvent,
  lockStanding,
  writeStanding,
  type NewStanding,
  type OrganizationStanding,
} from '@openvsys/persistence';
import { DomainError, type OrganizationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

const DAY_MS = 86_400_000;

/** What may become of an organization in each state. */
const FROM: Readonly<Record<OrganizationStanding['state'], readonly OrganizationStanding['state'][]>> = {
  active: ['suspended', 'closed'],
  suspended: ['active', 'suspended', 'closed'],
  closed: ['active'],
};

@Injectable()
export class ManageStanding {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `not-found`. */
  async get(call: Call, id: OrganizationId): Promise<OrganizationStanding> {
    return this.database.session(async (session) => getStanding(session, call.scope, id));
  }

  /** Nothing new; servers that run go on or are kept stopped. Throws `not-found` and `conflict`. */
  async suspend(
    call: Call,
    id: OrganizationId,
    { reason, running }: Pick<NewStanding, 'reason' | 'running'>,
  ): Promise<OrganizationStanding> {
    return this.become(call, id, { state: 'suspended', reason, running, deleteAfter: null });
  }

  /** Servers are stopped; everything is deleted after the retention, until then it can be activated again. */
  async close(
    call: Call,
    id: OrganizationId,
    { reason, retentionDays }: { readonly reason: string; readonly retentionDays: number },
  ): Promise<OrganizationStanding> {
    const deleteAfter = new Date(this.time.now().getTime() + retentionDays * DAY_MS);
    return this.become(call, id, { state: 'closed', reason, running: 'stop', deleteAfter });
  }

  /** Servers that were stopped stay stopped until somebody starts them. Throws `not-found` and `conflict`. */
  async activate(call: Call, id: OrganizationId, reason: string): Promise<OrganizationStanding> {
    return this.become(call, id, { state: 'active', reason, running: 'keep', deleteAfter: null });
  }

  private async become(call: Call, id: OrganizationId, next: NewStanding): Promise<OrganizationStanding> {
    return this.transactor.change(call, async (session, at) => {
      await lockStanding(session, id);
      const before = await getStanding(session, call.scope, id);
      if (!FROM[before.state].includes(next.state)) throw impossible(before, next);
      await writeStanding(session, id, next, at);
      const type = `organization.${next.state}`;
      await insertEvent(session, {
        id: this.ids.uuid(),
        organizationId: id,
        vsysId: null,
        resource: id,
        type,
        data: { ...next, before: before.state },
        at,
      });
      const audit = {
        organizationId: id,
        verb: type,
        resource: id,
        detail: { ...next, before: before.state },
      };
      return { answer: await getStanding(session, call.scope, id), audit };
    });
  }
}

function impossible({ state }: OrganizationStanding, next: NewStanding): DomainError {
  return new DomainError('conflict', `The organization is ${state}, so it cannot become ${next.state}.`, {
    retry: 'never',
    remedy: state === 'closed' ? 'Activate it first.' : 'There is nothing to do.',
    details: { state, possible: [...FROM[state]] },
  });
}
