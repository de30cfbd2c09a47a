/**
 * Moves a system to another VDC of its organization, in the same zone: at once, without anything changing about it. Its quota use and its
 * costs follow it from that second on.
 */
import { Injectable } from '@nestjs/common';
import { getVdc, insertEvent, lockVsys, transferVsys, type VdcRecord } from '@openvsys/persistence';
import { assertAllowed, DomainError, type VdcId, type VsysId, type VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { checkPrecondition, type Precondition } from '../precondition.js';
import { Transactor } from '../transactor.js';

export interface TransferCommand {
  readonly vsysId: VsysId;
  readonly vdcId: VdcId;
  readonly precondition: Precondition | undefined;
}

export interface Transferred {
  readonly vsysId: VsysId;
  readonly fromVdcId: VdcId;
  readonly vdcId: VdcId;
  /** From then on it is paid for there. */
  readonly at: Date;
}

@Injectable()
export class TransferVsys {
  constructor(
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  /**
   * Throws `not-found` for a VDC that the caller does not see or of another organization, `stale`, `conflict` (another zone, addresses of
   * the VDC, the name is taken), `quota-exceeded`.
   */
  async execute(call: Call, { vsysId, vdcId, precondition }: TransferCommand): Promise<Transferred> {
    return this.transactor.change(call, async (session, at) => {
      const vsys = await lockVsys(session, call.scope, vsysId);
      checkPrecondition(precondition, vsys.generation);
      assertAllowed('vsys', vsys.id, 'change', vsys.phase);
      const scope = call.scope.within(vsys.organizationId);
      const [from, to] = [await getVdc(session, scope, vsys.vdcId), await getVdc(session, scope, vdcId)];
      requireElsewhere(from, to);
      requireNoAddresses(vsys.spec);
      await transferVsys(session, vsys, to.id, at);
      const { organizationId, id } = vsys;
      const data = { fromVdcId: from.id, vdcId: to.id };
      const event = { id: this.ids.uuid(), organizationId, vsysId: id, resource: id, at };
      await insertEvent(session, { ...event, type: 'vsys.transferred', data });
      return {
        answer: { vsysId: id, ...data, at },
        audit: { organizationId, verb: 'vsys.transfer', resource: id, detail: data },
      };
    });
  }
}

function requireElsewhere(from: VdcRecord, to: VdcRecord): void {
  if (from.id === to.id) {
    throw new DomainError('conflict', `It is in the VDC “${to.name}” already.`, {
      pointer: '/vdcId',
      retry: 'never',
      remedy: 'There is nothing to do.',
    });
  }
  if (from.zoneId === to.zoneId) return;
  throw new DomainError('conflict', `The VDC “${to.name}” is in another zone, where other pools are.`, {
    pointer: '/vdcId',
    retry: 'never',
    remedy: 'Choose a VDC of the same zone.',
  });
}

/** Addresses that were allocated to the VDC stay with it. */
function requireNoAddresses({ publicIps }: VsysSpec): void {
  const own = publicIps.filter(({ allocation }) => allocation !== undefined);
  if (own.length === 0) return;
  throw new DomainError(
    'conflict',
    `It has addresses of its VDC: ${own.map(({ address }) => address).join(', ')}.`,
    {
      retry: 'after-change',
      remedy: 'Detach them first (POST /v1/public-addresses/{allocationId}/detach).',
    },
  );
}
