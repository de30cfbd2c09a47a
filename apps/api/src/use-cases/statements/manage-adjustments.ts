/** Credits and charges that the provider decides on; billed with the next month that is closed. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getVsys,
  insertAdjustment,
  listAdjustments,
  type AdjustmentRecord,
  type Page,
  type PageRequest,
} from '@openvsys/persistence';
import { DomainError, vsysId } from '@openvsys/vsys';
import { periodOf } from '@openvsys/metering';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';
import { getBillOwner } from './bill-owner.js';

export interface AdjustmentCommand {
  readonly organization: string;
  readonly vsys: string | undefined;
  /** Decimal text; negative: a credit. */
  readonly amount: string;
  readonly description: string;
  readonly refersTo: string | undefined;
}

@Injectable()
export class ManageAdjustments {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  /** Newest first, billed or not. */
  async list(
    call: Call,
    organization: string | undefined,
    page: PageRequest,
  ): Promise<Page<AdjustmentRecord>> {
    return this.database.session(async (session) => {
      const { scope } = await getBillOwner(session, call, organization);
      return listAdjustments(session, scope, page);
    });
  }

  /** Throws `not-found` for an unknown organization or VSYS, `invalid-request` for an amount of 0 and a wrong month. */
  async add(call: Call, command: AdjustmentCommand): Promise<AdjustmentRecord> {
    if (/^-?0*(\.0*)?$/.test(command.amount)) {
      throw new DomainError('invalid-request', 'An adjustment of nothing changes nothing.', {
        pointer: '/amount',
      });
    }
    return this.transactor.change(call, async (session, at) => {
      const owner = await getBillOwner(session, call, command.organization);
      if (command.refersTo !== undefined) periodOf(command.refersTo, owner.timeZone);
      if (command.vsys !== undefined) await getVsys(session, owner.scope, vsysId(command.vsys));
      const adjustment: AdjustmentRecord = {
        id: this.ids.uuid(),
        organizationId: owner.id,
        vsysId: command.vsys ?? null,
        amount: command.amount,
        currency: owner.currency,
        description: command.description,
        refersTo: command.refersTo ?? null,
        createdAt: at,
        createdBy: call.principal.actor,
        statementId: null,
      };
      await insertAdjustment(session, adjustment);
      const detail = {
        amount: adjustment.amount,
        currency: owner.currency,
        description: adjustment.description,
      };
      const audit = { organizationId: owner.id, verb: 'adjustment.add', resource: adjustment.id, detail };
      return { answer: adjustment, audit };
    });
  }
}
