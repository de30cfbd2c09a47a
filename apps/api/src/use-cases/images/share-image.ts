/**
 * Lets other organizations use an image. Its owner gives a key to whom he likes; who has it takes the image in under a name
 * of his own. What was made of it stays when that ends.
 *
 *   owner: key ──► (by mail, by phone) ──► other organization: takes it in ──► makes servers
 *   owner: ends it ──► keys and uses are gone; no new servers
 */
import { Injectable } from '@nestjs/common';
import {
  Database,
  deleteGrant,
  endShares,
  generateShareKey,
  getShared,
  getVisibleImage,
  insertShareKey,
  listShares,
  putGrant,
  type GrantRecord,
  type Session,
  type ShareKeyRecord,
  type VisibleImage,
} from '@openvsys/persistence';
import { DomainError, requireImageName, type OrganizationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';
import { requireAction, requireManager } from './image-owner.js';
import { shownTo, type ShownImage } from './read-images.js';

const DAY_MS = 24 * 60 * 60_000;

export interface NewShareKey extends ShareKeyRecord {
  /** Shown once. */
  readonly key: string;
}

@Injectable()
export class ShareImage {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found`, `forbidden`. A repeat with the same idempotency key gets the same key again. */
  async createKey(call: Call, reference: string, days: number): Promise<NewShareKey> {
    requireManager(call);
    return this.transactor.change(call, async (session, at) => {
      const { image, owner } = await ownImage(session, call, reference);
      const key = generateShareKey();
      const expiresAt = new Date(at.getTime() + days * DAY_MS);
      const record = { id: this.ids.uuid(), createdAt: at, createdBy: call.principal.actor, expiresAt };
      await insertShareKey(session, owner, image.family, record, key);
      const audit = { organizationId: owner, verb: 'image.share', resource: image.template };
      return { answer: { ...record, key }, audit: { ...audit, detail: { key: record.id, expiresAt } } };
    });
  }

  /** Throws `not-found`, `forbidden`. */
  async list(
    call: Call,
    reference: string,
  ): Promise<{ readonly keys: readonly ShareKeyRecord[]; readonly grants: readonly GrantRecord[] }> {
    return this.database.session(async (session) => {
      const { image, owner } = await ownImage(session, call, reference);
      return listShares(session, owner, image.family);
    });
  }

  /** Throws `not-found`, `forbidden`. */
  async end(call: Call, reference: string): Promise<void> {
    requireManager(call);
    await this.transactor.change(call, async (session) => {
      const { image, owner } = await ownImage(session, call, reference);
      const ended = await endShares(session, owner, image.family);
      const audit = { organizationId: owner, verb: 'image.unshare', resource: image.template };
      return { answer: {}, audit: { ...audit, detail: { ended } } };
    });
  }

  /** Takes an image in by its key. Throws `not-found` for a key that opens nothing, `conflict` for a name that is taken. */
  async accept(call: Call, key: string, name: string | undefined): Promise<ShownImage> {
    requireManager(call);
    return this.transactor.change(call, async (session, at) => {
      const organization = requireTenant(call);
      const shared = await getShared(session, key, organization, at);
      if (shared.ownerId === organization)
        throw new DomainError('conflict', 'It is an image of your own organization.', { pointer: '/key' });
      const alias = requireImageName(name ?? shared.family);
      await putGrant(session, organization, shared, alias, at);
      const image = await getVisibleImage(session, call.scope, alias);
      const audit = { organizationId: organization, verb: 'image.accept', resource: image.template };
      return { answer: shownTo(call, image), audit: { ...audit, detail: { name: alias } } };
    });
  }

  /** Gives a shared image up. Throws `not-found`. */
  async giveUp(call: Call, alias: string): Promise<void> {
    requireManager(call);
    await this.transactor.change(call, async (session) => {
      const organization = requireTenant(call);
      if (!(await deleteGrant(session, organization, alias)))
        throw new DomainError('not-found', `No image is shared with you as “${alias.slice(0, 100)}”.`);
      return { answer: {}, audit: { organizationId: organization, verb: 'image.give-up', resource: alias } };
    });
  }
}

/** Throws `not-found`, `forbidden`. */
export async function ownImage(
  session: Session,
  call: Call,
  reference: string,
): Promise<{ readonly image: VisibleImage; readonly owner: OrganizationId }> {
  const image = await getVisibleImage(session, call.scope, reference);
  requireAction(call, image, 'share');
  return { image, owner: requireTenant(call) };
}

function requireTenant(call: Call): OrganizationId {
  const { organizationId } = call.principal;
  if (organizationId !== null) return organizationId;
  throw new DomainError('conflict', 'Images of the provider are for everybody already.', { retry: 'never' });
}
