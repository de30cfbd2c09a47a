/** Keeps what tenants make parts from: templates, configurations, credentials. They belong to the whole organization. */
import { Injectable } from '@nestjs/common';
import {
  countStoredTemplates,
  Database,
  deleteStoredTemplate,
  getStoredTemplate,
  insertStoredTemplate,
  listStoredTemplates,
  updateStoredTemplate,
  type Page,
  type PageRequest,
  type StoredTemplateRecord,
} from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds, SecretSealer } from '../clock.js';
import { requireUuid } from './template-id.js';
import { openedDocument, sealedDocument, shownDocument } from './template-secrets.js';
import { ownerOf } from '../tenancy/manage-vdcs.js';
import { Transactor } from '../transactor.js';

export interface TemplateWish {
  readonly name: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Secrets in plain text; they are sealed before they are stored. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** Of an organization; more would be a way to fill the database. */
const MAX_TEMPLATES = 10_000;
const MAX_DOCUMENT_LENGTH = 256 * 1_024;

@Injectable()
export class ManageTemplates {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly sealer: SecretSealer,
  ) {}

  /** Oldest first; without secrets. */
  async list(call: Call, kind: string, page: PageRequest): Promise<Page<StoredTemplateRecord>> {
    const found = await this.database.session(async (session) =>
      listStoredTemplates(session, call.scope, kind, page),
    );
    return { ...found, items: found.items.map(shown) };
  }

  /** Without secrets. Throws `not-found`. */
  async get(call: Call, kind: string, id: string): Promise<StoredTemplateRecord> {
    return shown(await this.read(call, kind, id));
  }

  /** With its secrets, for making a part of it; never for an answer. Throws `not-found`. */
  async open(call: Call, kind: string, id: string): Promise<StoredTemplateRecord> {
    const record = await this.read(call, kind, id);
    return { ...record, document: openedDocument(record.document, id, this.sealer) };
  }

  /** Throws `invalid-request` for callers of the provider, `quota-exceeded`, `too-large`. */
  async create(call: Call, kind: string, wish: TemplateWish): Promise<StoredTemplateRecord> {
    return this.transactor.change(call, async (session, at) => {
      const organizationId = ownerOf(call, undefined);
      if ((await countStoredTemplates(session, organizationId)) >= MAX_TEMPLATES) throw tooMany();
      const id = this.ids.uuid();
      const record = {
        ...wish,
        id,
        organizationId,
        kind,
        document: this.sealed(wish, id),
        version: 1,
        createdAt: at,
        changedAt: at,
      };
      await insertStoredTemplate(session, record);
      return { answer: shown(record), audit: auditOf(record, 'create') };
    });
  }

  /** `decide` gets the present one with its secrets sealed. Throws `not-found` and what `decide` throws. */
  async change(
    call: Call,
    { kind, id }: Pick<StoredTemplateRecord, 'kind' | 'id'>,
    decide: (present: StoredTemplateRecord) => TemplateWish,
  ): Promise<StoredTemplateRecord> {
    return this.transactor.change(call, async (session, at) => {
      const before = await getStoredTemplate(
        session,
        call.scope,
        { kind, id: requireUuid(kind, id) },
        'change',
      );
      const wish = decide(before);
      const record = {
        ...before,
        ...wish,
        document: this.sealed(wish, id),
        version: before.version + 1,
        changedAt: at,
      };
      await updateStoredTemplate(session, record);
      return { answer: shown(record), audit: auditOf(record, 'change') };
    });
  }

  /** `check` may refuse with the present one. Throws `not-found`. */
  async remove(
    call: Call,
    { kind, id }: Pick<StoredTemplateRecord, 'kind' | 'id'>,
    check?: (present: StoredTemplateRecord) => void,
  ): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const record = await getStoredTemplate(
        session,
        call.scope,
        { kind, id: requireUuid(kind, id) },
        'change',
      );
      check?.(record);
      await deleteStoredTemplate(session, id);
      return { answer: {}, audit: auditOf(record, 'delete') };
    });
  }

  private async read(call: Call, kind: string, id: string): Promise<StoredTemplateRecord> {
    requireUuid(kind, id);
    return this.database.session(async (session) => getStoredTemplate(session, call.scope, { kind, id }));
  }

  private sealed({ document }: TemplateWish, id: string): TemplateWish['document'] {
    if (JSON.stringify(document).length <= MAX_DOCUMENT_LENGTH)
      return sealedDocument(document, id, this.sealer);
    throw new DomainError('too-large', `A template has at most ${MAX_DOCUMENT_LENGTH / 1_024} KiB.`);
  }
}

function shown(record: StoredTemplateRecord): StoredTemplateRecord {
  return { ...record, document: shownDocument(record.document) };
}

function auditOf({ organizationId, id, kind, name }: StoredTemplateRecord, verb: string) {
  return { organizationId, verb: `template.${verb}`, resource: id, detail: { kind, name } };
}

function tooMany(): DomainError {
  return new DomainError('quota-exceeded', `An organization keeps at most ${MAX_TEMPLATES} templates.`, {
    remedy: 'Delete some that nobody needs.',
    details: { limit: MAX_TEMPLATES },
  });
}
