/** Keys with which other tenants may restore from a back-up. Who set one can read it again; others know only whether there is one. */
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, findCopyKey, getBackup, setCopyKey } from '@openvsys/persistence';
import { DomainError, type BackupId, type ContractId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { SecretSealer } from '../clock.js';
import { Transactor } from '../transactor.js';
import { hashOfKey } from './restore-backup.js';

/** 160 bits: nobody guesses one. */
const KEY_BYTES = 20;

export interface CopyKeyAnswer {
  readonly key: string;
  /** None: whoever has the key. */
  readonly contracts: readonly ContractId[];
}

@Injectable()
export class ManageCopyKeys {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly sealer: SecretSealer,
  ) {}

  /** A new key each time; the one before is worth nothing any more. Throws `not-found`. */
  async set(call: Call, id: BackupId, contracts: readonly ContractId[]): Promise<CopyKeyAnswer> {
    const key = randomBytes(KEY_BYTES).toString('base64url');
    // Repeats with one idempotency key get the first answer, which must not be kept readable.
    await this.transactor.change({ ...call, idempotency: null }, async (session) => {
      const { organizationId } = await getBackup(session, call.scope, id);
      await setCopyKey(session, id, { hash: hashOfKey(key), sealed: this.sealer.seal(key, id), contracts });
      const audit = { organizationId, verb: 'backup.copy-key.set', resource: id, detail: { contracts } };
      return { answer: {}, audit };
    });
    return { key, contracts };
  }

  /** Throws `not-found`, also when there is none. */
  async get(call: Call, id: BackupId): Promise<CopyKeyAnswer> {
    return this.database.session(async (session) => {
      await getBackup(session, call.scope, id);
      const found = await findCopyKey(session, id);
      if (found !== undefined) return { key: this.sealer.open(found.sealed, id), contracts: found.contracts };
      throw new DomainError('not-found', `The back-up ${id} has no copy key.`, { remedy: 'Set one.' });
    });
  }

  /** Who restores with it already goes on. Throws `not-found`. */
  async withdraw(call: Call, id: BackupId): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const { organizationId } = await getBackup(session, call.scope, id);
      await setCopyKey(session, id, null);
      return { answer: {}, audit: { organizationId, verb: 'backup.copy-key.withdraw', resource: id } };
    });
  }
}
