/**
 * Secrets in the database: AES-256-GCM (NIST SP 800-38D) under a data key, which itself lies there sealed with the
 * installation's key. The context (what the secret is for) is authenticated too, so a sealed secret copied to another row
 * does not open.
 *
 *   version 1   1 byte version · 12 bytes nonce · 16 bytes tag · ciphertext            under the installation's key itself
 *   version 2   1 byte version · 4 bytes number of the data key · then the same        under that data key
 */
import { DomainError } from '@openvsys/vsys';
import { decrypt, encrypt } from './cipher.js';
import { onlyMaster, type SecretKeys } from './secret-keys.js';

const UNDER_MASTER = 1;
const UNDER_DATA_KEY = 2;
const NUMBER_BYTES = 4;

export class SecretBox {
  private readonly keys: SecretKeys;

  /** With an installation's key alone secrets have version 1. Throws when it has not exactly 32 bytes. */
  constructor(keys: SecretKeys | Uint8Array) {
    this.keys = keys instanceof Uint8Array ? onlyMaster(keys) : keys;
  }

  seal(secret: string, context: string): Buffer {
    const { sealing } = this.keys;
    if (sealing === undefined) {
      return Buffer.concat([Buffer.of(UNDER_MASTER), encrypt(this.keys.masters[0], secret, context)]);
    }
    const head = Buffer.alloc(1 + NUMBER_BYTES);
    head.writeUInt8(UNDER_DATA_KEY);
    head.writeUInt32BE(sealing.number, 1);
    return Buffer.concat([head, encrypt(sealing.key, secret, context)]);
  }

  /** Throws `internal` when the key or the context is not the one that it was sealed with, or a bit was changed. */
  open(sealed: Uint8Array, context: string): string {
    const bytes = Buffer.from(sealed);
    const failures: unknown[] = [];
    for (const { key, rest } of this.candidatesFor(bytes)) {
      try {
        return decrypt(key, rest, context).toString('utf8');
      } catch (failure) {
        failures.push(failure);
      }
    }
    throw new DomainError('internal', 'A stored secret cannot be opened with the configured key.', {
      remedy: 'Start with the SECRET_KEY that the secret was stored with, or store it again.',
      cause: failures[0],
    });
  }

  private candidatesFor(bytes: Buffer): readonly { readonly key: Uint8Array; readonly rest: Buffer }[] {
    const rest = bytes.subarray(1);
    if (bytes[0] === UNDER_MASTER) return this.keys.masters.map((key) => ({ key, rest }));
    if (bytes[0] !== UNDER_DATA_KEY || rest.length < NUMBER_BYTES) return [];
    const key = this.keys.find(rest.readUInt32BE());
    return key === undefined ? [] : [{ key, rest: rest.subarray(NUMBER_BYTES) }];
  }
}
