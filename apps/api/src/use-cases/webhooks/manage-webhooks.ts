/** Webhooks of organizations and of the provider: where somebody wants to be told of events, and with which secret. */
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  countWebhooks,
  Database,
  deleteWebhook,
  getVsys,
  getWebhook,
  listWebhooks,
  lockWebhook,
  writeWebhook,
  type Page,
  type PageRequest,
  type Session,
  type WebhookRecord,
  type WebhookSecrets,
  type WebhookState,
} from '@openvsys/persistence';
import { DomainError, vsysId, type SealedText, type VdcId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds, SecretSealer } from '../clock.js';
import type { Precondition } from '../precondition.js';
import { Transactor } from '../transactor.js';
import { vdcsOf } from '../users/manage-users.js';
import { OutboundCheck } from './outbound-check.js';

export interface WebhookTerms {
  readonly name: string;
  readonly url: string;
  /** Kinds of events, `.*` at the end for all that begin so; empty: all. */
  readonly types: readonly string[];
  /** Empty: all. */
  readonly vsysIds: readonly string[];
  /** Undefined: all, and what belongs to no VDC. */
  readonly vdcIds: readonly string[] | undefined;
  readonly state: WebhookState;
}

export type CreatedWebhook = WebhookRecord & { readonly secret: string };

/** Every event is compared with every webhook of its organization. */
const MOST_WEBHOOKS = 50;
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

@Injectable()
export class ManageWebhooks {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly sealer: SecretSealer,
    private readonly outbound: OutboundCheck,
  ) {}

  async list(call: Call, page: PageRequest): Promise<Page<WebhookRecord>> {
    return this.database.session(async (session) => listWebhooks(session, call.scope, page));
  }

  /** Throws `not-found`. */
  async get(call: Call, id: string): Promise<WebhookRecord> {
    return this.database.session(async (session) => getWebhook(session, call.scope, id));
  }

  /**
   * The answer is the only place where the secret is shown. Throws `invalid-request` for an address that may not be
   * reached, `not-found` for systems and VDCs of others, `quota-exceeded` when there are too many.
   */
  async create(call: Call, terms: WebhookTerms): Promise<CreatedWebhook> {
    if (call.idempotency !== null) throw noRepeats();
    await this.requireTarget(terms.url);
    return this.transactor.change(call, async (session, at) => {
      const { organizationId } = call.principal;
      await requireRoom(session, call);
      const id = this.ids.uuid();
      const { clear, sealed } = this.freshSecret(id);
      const filters = await this.filtersOf(session, call, terms);
      const webhook: WebhookRecord & WebhookSecrets = {
        id,
        organizationId,
        name: terms.name,
        url: terms.url,
        state: terms.state,
        ...filters,
        ...NEVER_TRIED,
        secret: sealed,
        previousSecret: null,
        previousSecretUntil: null,
        version: 1,
        createdAt: at,
        changedAt: at,
      };
      await writeWebhook(session, webhook);
      return { answer: { ...shown(webhook), secret: clear }, audit: auditOf(webhook, 'webhook.create') };
    });
  }

  /** Replaces its terms; what waits is tried at once. Throws as `create` does, and `stale`. */
  async replace(
    call: Call,
    id: string,
    precondition: Precondition,
    terms: WebhookTerms,
  ): Promise<WebhookRecord> {
    await this.requireTarget(terms.url);
    return this.transactor.change(call, async (session, at) => {
      const before = await lockWebhook(session, call.scope, id);
      requireVersion(precondition, before);
      const { name, url, state } = terms;
      const filters = await this.filtersOf(session, call, terms);
      const webhook = {
        ...before,
        ...NEVER_TRIED,
        name,
        url,
        state,
        ...filters,
        version: before.version + 1,
        changedAt: at,
      };
      await writeWebhook(session, webhook);
      return { answer: shown(webhook), audit: auditOf(webhook, 'webhook.change') };
    });
  }

  /** What waits for it is dropped. Throws `not-found` and `stale`. */
  async remove(call: Call, id: string, precondition: Precondition): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const webhook = await lockWebhook(session, call.scope, id);
      requireVersion(precondition, webhook);
      await deleteWebhook(session, id);
      return { answer: {}, audit: auditOf(webhook, 'webhook.delete') };
    });
  }

  /** A new secret, shown once; the old one signs beside it for `overlapSeconds`. Throws `not-found`. */
  async rotateSecret(call: Call, id: string, overlapSeconds: number): Promise<CreatedWebhook> {
    if (call.idempotency !== null) throw noRepeats();
    return this.transactor.change(call, async (session, at) => {
      const before = await lockWebhook(session, call.scope, id);
      const { clear, sealed } = this.freshSecret(id);
      const keeps = overlapSeconds > 0;
      // Workers compare with real time, and so does who has to exchange the secret meanwhile.
      const until = new Date(Date.now() + overlapSeconds * 1_000);
      const webhook = {
        ...before,
        secret: sealed,
        previousSecret: keeps ? before.secret : null,
        previousSecretUntil: keeps ? until : null,
        version: before.version + 1,
        changedAt: at,
      };
      await writeWebhook(session, webhook);
      return {
        answer: { ...shown(webhook), secret: clear },
        audit: auditOf(webhook, 'webhook.rotate-secret'),
      };
    });
  }

  /** A name that is not known yet is let through: deliveries are checked anyway, and tell it. */
  private async requireTarget(url: string): Promise<void> {
    try {
      await this.outbound.check(url);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'target-unreachable') return;
      throw new DomainError(error.code, error.message, {
        pointer: '/url',
        ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      });
    }
  }

  private freshSecret(id: string): { readonly clear: string; readonly sealed: SealedText } {
    const clear = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    return { clear, sealed: this.sealer.seal(clear, `webhook:${id}`) };
  }

  /** Who is limited to some VDCs is told of these only. */
  private async filtersOf(session: Session, call: Call, { types, vsysIds, vdcIds }: WebhookTerms) {
    for (const id of vsysIds) await getVsys(session, call.scope, vsysId(id));
    const own: readonly VdcId[] | null = call.principal.vdcIds;
    const chosen =
      vdcIds === undefined ? own : await vdcsOf(session, call, call.principal.organizationId, vdcIds);
    return { types, vsysIds, vdcIds: chosen };
  }
}

const NEVER_TRIED = { failures: 0, pausedUntil: null, lastSuccessAt: null } as const;

function shown({
  secret: _secret,
  previousSecret: _previous,
  ...webhook
}: WebhookRecord & WebhookSecrets): WebhookRecord {
  return webhook;
}

async function requireRoom(session: Session, { principal }: Call): Promise<void> {
  const used = await countWebhooks(session, principal.organizationId);
  if (used < MOST_WEBHOOKS) return;
  throw new DomainError('quota-exceeded', `There are ${used} webhooks already.`, {
    remedy: 'Delete one that is not used any more; one webhook may be told of many kinds of events.',
    details: { limit: MOST_WEBHOOKS, used },
  });
}

function requireVersion({ generations }: Precondition, { version }: WebhookRecord): void {
  if (generations === 'any' || generations.includes(version)) return;
  throw new DomainError('stale', `The webhook was changed meanwhile: its version is ${version}.`, {
    remedy: 'GET it again, look at what changed, and repeat with the new ETag.',
    details: { version, expected: [...generations] },
  });
}

function noRepeats(): DomainError {
  return new DomainError('invalid-request', 'This call cannot be repeated: the secret is shown once.', {
    pointer: '/header/Idempotency-Key',
    remedy: 'Leave the Idempotency-Key out; when an answer was lost, change the secret once more.',
  });
}

function auditOf(webhook: WebhookRecord, verb: string) {
  const { organizationId, id, name, url, types, state } = webhook;
  return { organizationId, verb, resource: id, detail: { name, url: withoutQuery(url), types, state } };
}

/** Some receivers know their senders by a token in the query. */
const withoutQuery = (url: string): string => url.split('?')[0] ?? url;
