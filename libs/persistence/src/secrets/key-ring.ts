/**
 * Data keys in the database, opened with the installation's key.
 *
 *   made ──an hour: every process knows it──► seals ──90 days, the next one seals──► opens only
 *
 * Another installation's key: start with the new one as `SECRET_KEY` and the old one as `SECRET_KEY_FORMER`. The first process
 * that starts so seals the data keys with the new one; secrets themselves stay as they are. Afterwards the old one is needed
 * for nothing but secrets of version 1, which were sealed with it directly.
 */
import { randomBytes } from 'node:crypto';
import { DomainError } from '@openvsys/vsys';
import type { Database } from '../database.js';
import { DataKeyEntity } from '../entities/secret.entities.js';
import type { Session } from '../session.js';
import { decrypt, encrypt } from './cipher.js';
import { fingerprintOf, requireKey, SECRET_KEY_BYTES, type DataKey, type SecretKeys } from './secret-keys.js';

export interface InstallationKeys {
  readonly secretKey: Uint8Array;
  readonly formerSecretKey?: Uint8Array | undefined;
}

const HOUR_MS = 3_600_000;
/** Bounds how much is sealed with one key, far below what AES-GCM with random nonces allows. */
const SEALS_FOR_MS = 90 * 24 * HOUR_MS;
/** Longer than `REFRESH_MS`, with room for a process that is late. */
const KNOWN_AFTER_MS = HOUR_MS;
const REFRESH_MS = 10 * 60_000;
/** Of the advisory lock under which keys are made and sealed anew. */
const KEYS_LOCK = 7_266_841;

interface Row {
  readonly number: number;
  readonly master: string;
  readonly sealed: Buffer;
  readonly createdAt: Date;
}

interface OpenKey extends DataKey {
  readonly createdAt: Date;
}

export class KeyRing implements SecretKeys {
  readonly masters: SecretKeys['masters'];
  private keys: readonly OpenKey[] = [];
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly database: Database,
    { secretKey, formerSecretKey }: InstallationKeys,
    private readonly now: () => Date,
  ) {
    this.masters = formerSecretKey === undefined ? [secretKey] : [secretKey, formerSecretKey];
    this.masters.forEach(requireKey);
  }

  /**
   * Reads the data keys, makes the first one, and follows those that others make until the process ends. Throws
   * `invalid-request` when they are sealed with a key that was not given: nothing may start then.
   */
  static async open(
    database: Database,
    keys: InstallationKeys,
    now: () => Date = () => new Date(),
  ): Promise<KeyRing> {
    const ring = new KeyRing(database, keys, now);
    await ring.refresh();
    // A refresh that fails is made up for by the next one; what is known stays known.
    ring.timer = setInterval(() => void ring.refresh().catch(() => undefined), REFRESH_MS).unref();
    return ring;
  }

  get sealing(): DataKey {
    const known = this.now().getTime() - KNOWN_AFTER_MS;
    const [first] = this.keys;
    const key = this.keys.findLast(({ createdAt }) => createdAt.getTime() <= known) ?? first;
    if (key === undefined) throw new DomainError('internal', 'There is no key to seal with.');
    return key;
  }

  find(number: number): Uint8Array | undefined {
    return this.keys.find((each) => each.number === number)?.key;
  }

  /** Reads what others made; makes the next key when its time has come, and seals with the present installation's key. */
  async refresh(): Promise<void> {
    const at = this.now();
    this.keys = await this.database.transaction(async (session) => {
      await session.change('SELECT pg_advisory_xact_lock($1)', [KEYS_LOCK]);
      const rows = await session.rows<Row>(
        'SELECT number, master, sealed, created_at AS "createdAt" FROM data_key ORDER BY number',
        [],
      );
      const opened = rows.map((row) => this.opened(row));
      for (const [index, row] of rows.entries()) await this.sealAnew(session, row, opened[index]);
      const last = opened.at(-1);
      const isDue = last === undefined || at.getTime() - last.createdAt.getTime() >= SEALS_FOR_MS;
      return isDue ? [...opened, await this.make(session, (last?.number ?? 0) + 1, at)] : opened;
    });
  }

  close(): void {
    clearInterval(this.timer);
  }

  private opened({ number, master, sealed, createdAt }: Row): OpenKey {
    const installationKey = this.masters.find((key) => fingerprintOf(key) === master);
    if (installationKey === undefined) throw unknownMaster(number);
    return { number, createdAt, key: decrypt(installationKey, sealed, contextOf(number)) };
  }

  private async sealAnew(session: Session, row: Row, opened: OpenKey | undefined): Promise<void> {
    const [master] = this.masters;
    const fingerprint = fingerprintOf(master);
    if (opened === undefined || row.master === fingerprint) return;
    await session.change('UPDATE data_key SET master = $2, sealed = $3 WHERE number = $1', [
      row.number,
      fingerprint,
      encrypt(master, opened.key, contextOf(row.number)),
    ]);
  }

  private async make(session: Session, number: number, createdAt: Date): Promise<OpenKey> {
    const [master] = this.masters;
    const key = randomBytes(SECRET_KEY_BYTES);
    const sealed = encrypt(master, key, contextOf(number));
    await session.insert(DataKeyEntity, { number, master: fingerprintOf(master), sealed, createdAt });
    return { number, key, createdAt };
  }
}

const contextOf = (number: number): string => `data key ${number}`;

function unknownMaster(number: number): DomainError {
  return new DomainError('invalid-request', `The data key ${number} is sealed with another SECRET_KEY.`, {
    remedy: 'Start with the SECRET_KEY that the installation had, as SECRET_KEY or as SECRET_KEY_FORMER.',
    retry: 'never',
  });
}
