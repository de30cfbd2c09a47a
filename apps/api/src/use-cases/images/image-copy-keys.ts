/**
 * The copy key of an image: with it other organizations take the image in, those of some contracts or whoever has it. Unlike keys
 * that are shown once it lasts until it is withdrawn, and who set it can read it again.
 */
import { Injectable } from '@nestjs/common';
import {
  Database,
  deleteImageCopyKey,
  findImageCopyKey,
  generateShareKey,
  setImageCopyKey,
} from '@openvsys/persistence';
import { DomainError, type ContractId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds, SecretSealer } from '../clock.js';
import { Transactor } from '../transactor.js';
import { requireManager } from './image-owner.js';
import { ownImage } from './share-image.js';

/** As far as dates with four digits go: such keys do not end by themselves. */
const NEVER = new Date(Date.UTC(9_999, 11, 31));
const contextOf = (id: string): `image-share-key:${string}` => `image-share-key:${id}`;

export interface ImageKeyAnswer {
  readonly key: string;
  /** None: whoever has the key. */
  readonly contracts: readonly ContractId[];
}

@Injectable()
export class ImageCopyKeys {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly sealer: SecretSealer,
  ) {}

  /** A new key each time; the one before is worth nothing any more. Throws `not-found`, `forbidden`. */
  async set(call: Call, reference: string, contracts: readonly ContractId[]): Promise<ImageKeyAnswer> {
    requireManager(call);
    const key = generateShareKey();
    // Repeats with one idempotency key get the first answer, which must not be kept readable.
    await this.transactor.change({ ...call, idempotency: null }, async (session, at) => {
      const { image, owner } = await ownImage(session, call, reference);
      const id = this.ids.uuid();
      const record = { id, createdAt: at, createdBy: call.principal.actor, expiresAt: NEVER };
      const sealed = this.sealer.seal(key, contextOf(id));
      await setImageCopyKey(session, owner, image.family, record, { key, sealed, contracts });
      const audit = { organizationId: owner, verb: 'image.copy-key.set', resource: image.template };
      return { answer: {}, audit: { ...audit, detail: { contracts } } };
    });
    return { key, contracts };
  }

  /** Throws `not-found`, also when there is none; `forbidden`. */
  async get(call: Call, reference: string): Promise<ImageKeyAnswer> {
    requireManager(call);
    return this.database.session(async (session) => {
      const { image, owner } = await ownImage(session, call, reference);
      const found = await findImageCopyKey(session, owner, image.family);
      if (found !== undefined)
        return { key: this.sealer.open(found.sealed, contextOf(found.id)), contracts: found.contracts };
      throw new DomainError('not-found', `The image “${image.name}” has no copy key.`, {
        remedy: 'Set one.',
      });
    });
  }

  /** Who uses the image by it already goes on. Throws `not-found`, `forbidden`. */
  async withdraw(call: Call, reference: string): Promise<void> {
    requireManager(call);
    await this.transactor.change(call, async (session) => {
      const { image, owner } = await ownImage(session, call, reference);
      await deleteImageCopyKey(session, owner, image.family);
      const audit = { organizationId: owner, verb: 'image.copy-key.withdraw', resource: image.template };
      return { answer: {}, audit };
    });
  }
}
