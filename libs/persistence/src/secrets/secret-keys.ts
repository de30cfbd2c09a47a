/** The keys of an installation, as a box needs them. */
import { createHash } from 'node:crypto';
import { DomainError } from '@openvsys/vsys';

export const SECRET_KEY_BYTES = 32;

export interface DataKey {
  readonly number: number;
  readonly key: Uint8Array;
}

export interface SecretKeys {
  /** The installation's key, then those that it had before. */
  readonly masters: readonly [Uint8Array, ...Uint8Array[]];
  /** What is sealed from now on; undefined: with the installation's key itself. */
  readonly sealing: DataKey | undefined;
  find(number: number): Uint8Array | undefined;
}

export function onlyMaster(key: Uint8Array): SecretKeys {
  requireKey(key);
  return { masters: [key], sealing: undefined, find: () => undefined };
}

/** Throws `internal` unless it has exactly 32 bytes. */
export function requireKey(key: Uint8Array): void {
  if (key.length === SECRET_KEY_BYTES) return;
  throw new DomainError('internal', `The secret key must have ${SECRET_KEY_BYTES} bytes.`);
}

/** Tells keys apart without telling anything of them. */
export const fingerprintOf = (key: Uint8Array): string =>
  createHash('sha256').update('openvsys installation key').update(key).digest('hex').slice(0, 16);
