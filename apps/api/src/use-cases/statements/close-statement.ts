/** Closes a month: what the draft says becomes the statement, for good. */
import { Injectable } from '@nestjs/common';
import {
  checkBill,
  Database,
  insertEvent,
  insertStatement,
  readBill,
  type Session,
} from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';
import { getBillOwner, type BilledOrganization } from './bill-owner.js';
import type { StatementAddress } from './read-statements.js';
import { draftOf, readStatement, type StatementDocument } from './statement-document.js';

/** Every organization's months are closed one after the other; a key of our own, beside the organization's hash. */
const CLOSING_LOCK = 7_266_842;

@Injectable()
export class CloseStatement {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly time: BusinessTime,
    private readonly ids: FreshIds,
  ) {}

  /** What closing would make, nothing being done. Throws `not-found`, `invalid-request`. */
  async preview(call: Call, { label, organization }: StatementAddress): Promise<StatementDocument> {
    return this.database.session(async (session) => {
      const owner = await getBillOwner(session, call, organization);
      return readStatement(session, owner, label, this.time.now());
    });
  }

  /**
   * Throws `conflict` when the month is closed already, has not ended, or when a check blocks and no `reason` says why
   * it should be closed all the same.
   */
  async close(call: Call, address: StatementAddress, reason: string): Promise<StatementDocument> {
    const owner = await this.transactor.change(call, async (session, at) => {
      const found = await getBillOwner(session, call, address.organization);
      await session.rows('SELECT pg_advisory_xact_lock($1, hashtext($2))', [CLOSING_LOCK, found.id]);
      const detail = await this.store(session, found, { call, at, reason, label: address.label });
      const audit = { organizationId: found.id, verb: 'statement.close', resource: address.label, detail };
      return { answer: { id: found.id }, audit };
    });
    return this.preview(call, { ...address, organization: owner.id });
  }

  /** With the event that tells billing systems of it; see docs/webhooks.md. */
  private async store(
    session: Session,
    owner: BilledOrganization,
    closing: { readonly call: Call; readonly at: Date; readonly reason: string; readonly label: string },
  ): Promise<object> {
    const { call, at, reason, label } = closing;
    const bill = await readBill(session, owner, label, at);
    const draft = draftOf(owner, bill, await checkBill(session, owner, bill, at));
    requireClosable(draft, reason);
    const { period, adjustments, ...statement } = bill;
    const { hash, total } = await insertStatement(session, {
      id: this.ids.uuid(),
      organizationId: owner.id,
      period: period.label,
      periodStart: period.start,
      periodEnd: period.end,
      timeZone: period.timeZone,
      currency: owner.currency,
      closedAt: at,
      closedBy: call.principal.actor,
      reason,
      statement,
      adjustments: adjustments.map(({ id }) => id),
    });
    const path = `/v1/statements/${period.label}`;
    const links = {
      statement: `${path}?organization=${owner.id}`,
      export: `${path}/export?organization=${owner.id}`,
    };
    const data = { period: period.label, total, currency: owner.currency, hash, links };
    const told = {
      organizationId: owner.id,
      vsysId: null,
      resource: period.label,
      type: 'statement.closed',
      at,
    };
    await insertEvent(session, { ...told, id: this.ids.uuid(), data });
    return { total, currency: owner.currency, hash, reason };
  }
}

function requireClosable({ checks }: StatementDocument, reason: string): void {
  const blocking = checks.filter(({ severity }) => severity === 'blocks');
  const message = blocking.map((check) => check.message).join(' ');
  if (blocking.some(({ check }) => check === 'ended')) {
    throw new DomainError('conflict', message, {
      remedy: 'Close the month after its end.',
      details: { checks },
    });
  }
  if (blocking.length === 0 || reason !== '') return;
  throw new DomainError('conflict', message, {
    remedy: 'See to it, or say in `reason` why the month is to be closed all the same.',
    details: { checks },
  });
}
