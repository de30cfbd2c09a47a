/** What the provider tells its tenants: maintenance, news, warnings. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  deleteNotice,
  getNotice,
  getOrganization,
  listNotices,
  lockNotice,
  tellNotice,
  writeNotice,
  type NoticeRecord,
  type NoticeSeverity,
  type Page,
  type PageRequest,
  type Session,
} from '@openvsys/persistence';
import { DomainError, organizationId, type OrganizationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, FreshIds } from '../clock.js';
import type { Precondition } from '../precondition.js';
import { Transactor } from '../transactor.js';

export interface NoticeTerms {
  readonly title: string;
  readonly text: string;
  readonly severity: NoticeSeverity;
  /** Undefined: everybody. */
  readonly organizationIds: readonly string[] | undefined;
  /** Undefined: from now on. */
  readonly validFrom: Date | undefined;
  /** Null: without end. */
  readonly validUntil: Date | null;
}

@Injectable()
export class ManageNotices {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly time: BusinessTime,
    private readonly ids: FreshIds,
  ) {}

  async list(
    call: Call,
    severity: NoticeSeverity | undefined,
    page: PageRequest,
  ): Promise<Page<NoticeRecord>> {
    const filter = { severity, now: this.time.now() };
    return this.database.session(async (session) => listNotices(session, call.scope, filter, page));
  }

  /** Throws `not-found`, of tenants also for what is not for them or not valid now. */
  async get(call: Call, id: string): Promise<NoticeRecord> {
    return this.database.session(async (session) => getNotice(session, call.scope, id, this.time.now()));
  }

  /** Told by an event `notice.published` at once, also when it is valid from later on. */
  async publish(call: Call, terms: NoticeTerms): Promise<NoticeRecord> {
    return this.transactor.change(call, async (session, at) => {
      const base = { id: this.ids.uuid(), version: 1, createdAt: at, changedAt: at };
      const notice = { ...base, ...(await resolved(session, call, terms, at)) };
      await writeNotice(session, notice);
      await tellNotice(session, notice, 'notice.published', at);
      return { answer: notice, audit: auditOf(notice, 'notice.publish') };
    });
  }

  /** Throws `not-found`, `stale`. */
  async replace(
    call: Call,
    id: string,
    precondition: Precondition,
    terms: NoticeTerms,
  ): Promise<NoticeRecord> {
    return this.transactor.change(call, async (session, at) => {
      const before = await lockNotice(session, call.scope, id, at);
      requireVersion(precondition, before);
      const kept = { ...terms, validFrom: terms.validFrom ?? before.validFrom };
      const fields = await resolved(session, call, kept, at);
      const notice = { ...before, ...fields, version: before.version + 1, changedAt: at };
      await writeNotice(session, notice);
      await tellNotice(session, notice, 'notice.changed', at);
      return { answer: notice, audit: auditOf(notice, 'notice.change') };
    });
  }

  /** Throws `not-found`, `stale`. */
  async withdraw(call: Call, id: string, precondition: Precondition): Promise<void> {
    await this.transactor.change(call, async (session, at) => {
      const notice = await lockNotice(session, call.scope, id, at);
      requireVersion(precondition, notice);
      await deleteNotice(session, id);
      await tellNotice(session, notice, 'notice.withdrawn', at);
      return { answer: {}, audit: auditOf(notice, 'notice.withdraw') };
    });
  }
}

async function resolved(session: Session, call: Call, terms: NoticeTerms, at: Date) {
  const { title, text, severity, validUntil } = terms;
  const validFrom = terms.validFrom ?? at;
  if (validUntil !== null && validUntil <= validFrom) {
    throw new DomainError('invalid-request', 'The notice ends before it begins.', {
      pointer: '/validUntil',
      remedy: 'Send an instant behind validFrom, or leave it out.',
    });
  }
  const organizationIds = await targetsOf(session, call, terms.organizationIds);
  return { title, text, severity, organizationIds, validFrom, validUntil };
}

async function targetsOf(
  session: Session,
  call: Call,
  ids: readonly string[] | undefined,
): Promise<readonly OrganizationId[] | null> {
  if (ids === undefined) return null;
  const targets: OrganizationId[] = [];
  for (const id of new Set(ids))
    targets.push((await getOrganization(session, call.scope, organizationId(id))).id);
  return targets;
}

function requireVersion({ generations }: Precondition, { version }: NoticeRecord): void {
  if (generations === 'any' || generations.includes(version)) return;
  throw new DomainError('stale', `The notice was changed meanwhile: its version is ${version}.`, {
    remedy: 'GET it again, look at what changed, and repeat with the new ETag.',
    details: { version, expected: [...generations] },
  });
}

function auditOf({ id, title, severity, organizationIds }: NoticeRecord, verb: string) {
  return { organizationId: null, verb, resource: id, detail: { title, severity, organizationIds } };
}
