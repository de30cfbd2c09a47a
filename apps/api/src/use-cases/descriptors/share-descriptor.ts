/**
 * Keys with which other organizations may copy a descriptor, and copies. What was copied belongs to who copied it.
 *
 *   owner: key ──► (by mail, by phone) ──► other organization: copies it under a name of its own
 *   owner: withdraws it ──► nobody can copy any more; copies stay
 */
import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  Database,
  findDescriptorCopyKey,
  getDescriptorByKey,
  getDescriptorVersion,
  lockOwnDescriptor,
  setDescriptorCopyKey,
  type DescriptorVersionDetailRecord,
  type DescriptorVersionRecord,
  type Session,
} from '@openvsys/persistence';
import { descriptorOf, DomainError, printDescriptor, type ContractId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { SecretSealer } from '../clock.js';
import { Transactor } from '../transactor.js';
import { storeVersion } from './store-version.js';

/** 160 bits: nobody guesses one. */
const KEY_BYTES = 20;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

export interface DescriptorKeyAnswer {
  readonly key: string;
  /** None: whoever has the key. */
  readonly contracts: readonly ContractId[];
}

export interface CopyOfDescriptor {
  /** One that the caller sees … */
  readonly from?: string | undefined;
  /** … or the key of somebody else's. */
  readonly key?: string | undefined;
  /** The newest without one. */
  readonly version?: string | undefined;
  /** Of the copy; absent: as the original. */
  readonly name?: string | undefined;
}

@Injectable()
export class ShareDescriptor {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly sealer: SecretSealer,
  ) {}

  /** A new key each time; the one before is worth nothing any more. Throws `not-found` for descriptors that are not the caller's. */
  async setKey(call: Call, name: string, contracts: readonly ContractId[]): Promise<DescriptorKeyAnswer> {
    const owner = requireOrganization(call);
    const key = randomBytes(KEY_BYTES).toString('base64url');
    // Repeats with one idempotency key get the first answer, which must not be kept readable.
    await this.transactor.change({ ...call, idempotency: null }, async (session) => {
      const { id } = await lockOwnDescriptor(session, owner, name);
      const sealed = this.sealer.seal(key, `descriptor:${id}`);
      await setDescriptorCopyKey(session, id, { hash: hashOf(key), sealed, contracts });
      const audit = { organizationId: owner, verb: 'descriptor.copy-key.set', resource: id };
      return { answer: {}, audit: { ...audit, detail: { name, contracts } } };
    });
    return { key, contracts };
  }

  /** Throws `not-found`, also when there is none. */
  async getKey(call: Call, name: string): Promise<DescriptorKeyAnswer> {
    const owner = requireOrganization(call);
    return this.database.transaction(async (session) => {
      const { id } = await lockOwnDescriptor(session, owner, name);
      const found = await findDescriptorCopyKey(session, id);
      if (found === undefined)
        throw new DomainError('not-found', `The descriptor “${name}” has no copy key.`, {
          remedy: 'Set one.',
        });
      return { key: this.sealer.open(found.sealed, `descriptor:${id}`), contracts: found.contracts };
    });
  }

  /** Copies stay. Throws `not-found`. */
  async withdrawKey(call: Call, name: string): Promise<void> {
    const owner = requireOrganization(call);
    await this.transactor.change(call, async (session) => {
      const { id } = await lockOwnDescriptor(session, owner, name);
      await setDescriptorCopyKey(session, id, null);
      const audit = { organizationId: owner, verb: 'descriptor.copy-key.withdraw', resource: id };
      return { answer: {}, audit: { ...audit, detail: { name } } };
    });
  }

  /**
   * One version, as the caller's own. Throws `not-found`, `invalid-request` unless exactly one source is named, `conflict` when the
   * caller has that version with another text.
   */
  async copy(call: Call, wish: CopyOfDescriptor): Promise<DescriptorVersionRecord> {
    return this.transactor.change(call, async (session, at) => {
      const found = await original(session, call, wish);
      const document = descriptorOf(found.document);
      const metadata = { ...document.metadata, name: wish.name ?? found.name };
      const text = printDescriptor({ ...document, metadata });
      const owner = { organizationId: call.principal.organizationId, scope: call.scope };
      return storeVersion(session, owner, text, at, { copiedFrom: found.id });
    });
  }
}

async function original(
  session: Session,
  call: Call,
  { from, key, version }: CopyOfDescriptor,
): Promise<DescriptorVersionDetailRecord> {
  if (from !== undefined && key === undefined)
    return getDescriptorVersion(session, call.scope, from, version);
  if (key !== undefined && from === undefined)
    return getDescriptorByKey(session, hashOf(key), requireOrganization(call), version);
  throw new DomainError('invalid-request', 'The request names no descriptor, or two.', {
    pointer: '/from',
    remedy: 'Send either `from`, the name of one that you see, or `key`.',
  });
}

function requireOrganization(call: Call) {
  const { organizationId } = call.principal;
  if (organizationId !== null) return organizationId;
  throw new DomainError('conflict', 'Descriptors of the provider are for everybody already.', {
    retry: 'never',
  });
}
