/** Registered pools with what is needed to connect to them. */
import {
  DomainError,
  type HostUuid,
  type PoolDescription,
  type PoolId,
  type PoolLogin,
} from '@openvsys/vsys';
import type { Database } from '../database.js';
import { secretContextOf } from '../repositories/pool-operations.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { Session } from '../session.js';

export interface PoolRegistration {
  readonly id: PoolId;
  readonly zoneId: string;
  readonly name: string;
  /** Any members' URLs, https or (simulator only) http. */
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  /** SHA-256 of the expected certificate; null: verify against the given authority or the system's. */
  readonly certificateFingerprint: string | null;
  /** Certificates of further members. */
  readonly memberFingerprints?: readonly string[];
  /** Certificate authority in PEM. */
  readonly ca?: string | null;
  readonly enabled: boolean;
  /** Both inclusive, 1 to 4094. */
  readonly vlanFirst: number;
  readonly vlanLast: number;
  /** What was seen there; absent when nobody looked yet. */
  readonly description?: PoolDescription;
}

/** A registered pool as it is read. */
export interface StoredPool extends PoolRegistration {
  readonly memberFingerprints: readonly string[];
  readonly ca: string | null;
  /** XenAPI `pool.uuid`; null until somebody looked. */
  readonly xapiUuid: string | null;
  readonly loginVersion: number;
}

const COLUMNS = `id, zone_id AS "zoneId", name, urls, username, secret,
  certificate_fingerprint AS "certificateFingerprint", member_fingerprints AS "memberFingerprints", ca, enabled,
  vlan_first AS "vlanFirst", vlan_last AS "vlanLast", xapi_uuid AS "xapiUuid", login_version AS "loginVersion"`;

const REGISTER = `
INSERT INTO pool (id, zone_id, name, urls, username, secret, certificate_fingerprint, enabled, vlan_first, vlan_last,
  created_at, member_fingerprints, ca, xapi_uuid, description, described_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::timestamptz, $12, $13, $14::uuid, $15::jsonb,
  CASE WHEN $14::uuid IS NOT NULL THEN $11::timestamptz END)
ON CONFLICT (id) DO UPDATE SET zone_id = excluded.zone_id, name = excluded.name, urls = excluded.urls,
  username = excluded.username, secret = excluded.secret, certificate_fingerprint = excluded.certificate_fingerprint,
  enabled = excluded.enabled, vlan_first = excluded.vlan_first, vlan_last = excluded.vlan_last,
  member_fingerprints = excluded.member_fingerprints, ca = excluded.ca, login_version = pool.login_version + 1`;

const CHANGE_LOGIN = `
UPDATE pool SET name = $2, urls = $3, username = $4, secret = $5, certificate_fingerprint = $6,
  member_fingerprints = $7, ca = $8, login_version = login_version + 1, xapi_uuid = $9
WHERE id = $1`;

const DESCRIBE = `
UPDATE pool SET xapi_uuid = $2::uuid, description = $3::jsonb, described_at = $4
WHERE id = $1 AND (xapi_uuid IS NULL OR xapi_uuid = $2::uuid)`;

type PoolRow = Omit<StoredPool, 'password'> & { readonly secret: Buffer };

const contextOf = (id: string): string => `pool:${id}`;

/** The columns of a login: the first fingerprint is kept apart, as it always was. */
function pinsOf(
  fingerprints: readonly string[],
): readonly [first: string | null, further: readonly string[]] {
  const [first = null, ...further] = fingerprints;
  return [first, further];
}

export class PoolStore {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  /** Adds the pool or replaces what is known of the one with this id. Throws `conflict` when the name is taken. */
  async register(pool: PoolRegistration, at: Date): Promise<void> {
    await this.database.transaction(async (session) => this.registerIn(session, pool, at));
  }

  /** In the caller's transaction. Throws `conflict` when the name is taken or the same pool is registered already. */
  async registerIn(session: Session, pool: PoolRegistration, at: Date): Promise<void> {
    await session.change(REGISTER, [
      pool.id,
      pool.zoneId,
      pool.name,
      pool.urls,
      pool.username,
      this.secrets.seal(pool.password, contextOf(pool.id)),
      pool.certificateFingerprint,
      pool.enabled,
      pool.vlanFirst,
      pool.vlanLast,
      at,
      pool.memberFingerprints ?? [],
      pool.ca ?? null,
      pool.description?.uuid ?? null,
      pool.description === undefined ? null : JSON.stringify(pool.description),
    ]);
    await session.notify('openvsys_pool', pool.id);
  }

  /**
   * Another login for the same pool, in the caller's transaction; the owner of the pool takes it up. Throws `not-found`,
   * `conflict` when the name is taken.
   */
  async changeLoginIn(
    session: Session,
    change: {
      readonly id: PoolId;
      readonly name: string;
      readonly login: PoolLogin;
      readonly xapiUuid: string;
    },
  ): Promise<void> {
    const { id, name, login, xapiUuid } = change;
    const [first, further] = pinsOf(login.fingerprints);
    const sealed = this.secrets.seal(login.password, contextOf(id));
    const values = [id, name, login.urls, login.username, sealed, first, further, login.ca, xapiUuid];
    if ((await session.change(CHANGE_LOGIN, values)) === 0) throw unknownPool(id);
    await session.notify('openvsys_pool', id);
  }

  /** A password on its way to a worker; kept with the operation and opened by nobody else. */
  sealFor(operation: string, password: string): Buffer {
    return this.secrets.seal(password, secretContextOf(operation));
  }

  /** With the password opened. Throws `not-found`. */
  async get(id: PoolId): Promise<StoredPool> {
    const rows = await this.select('WHERE id = $1', [id]);
    const pool = rows[0];
    if (pool === undefined) throw unknownPool(id);
    return pool;
  }

  /** Enabled pools with their passwords opened, by name. */
  async listEnabled(): Promise<readonly StoredPool[]> {
    return this.select('WHERE enabled ORDER BY name', []);
  }

  /**
   * What the owner of the pool sees there. Throws `conflict` when the pool is another one than before, or registered
   * twice.
   */
  async describe(id: PoolId, description: PoolDescription, at: Date): Promise<void> {
    const values = [id, description.uuid, JSON.stringify(description), at];
    const changed = await this.database.session((session) => session.change(DESCRIBE, values));
    if (changed > 0) return;
    throw new DomainError(
      'conflict',
      'What answers at the addresses is another pool than the registered one.',
      {
        remedy: 'Change the addresses to those of the registered pool, or register the other one by itself.',
        details: { answers: description.uuid },
      },
    );
  }

  /** Why nothing happens on the pool; null when all is well. Written by its owner. */
  async setReason(id: PoolId, reason: string | null): Promise<void> {
    await this.database.session((session) =>
      session.change('UPDATE pool SET reason = $2 WHERE id = $1 AND reason IS DISTINCT FROM $2', [
        id,
        reason,
      ]),
    );
  }

  /** Names of the hosts that were seen last, for messages. */
  async hostNames(id: PoolId): Promise<ReadonlyMap<HostUuid, string>> {
    const rows = await this.database.session((session) =>
      session.rows<{ uuid: HostUuid; name: string }>('SELECT uuid, name FROM pool_host WHERE pool_id = $1', [
        id,
      ]),
    );
    return new Map(rows.map(({ uuid, name }) => [uuid, name]));
  }

  private async select(condition: string, parameters: readonly unknown[]): Promise<readonly StoredPool[]> {
    const rows = await this.database.session((session) =>
      session.rows<PoolRow>(`SELECT ${COLUMNS} FROM pool ${condition}`, parameters),
    );
    return rows.map(({ secret, ...pool }) => ({
      ...pool,
      password: this.secrets.open(secret, contextOf(pool.id)),
    }));
  }
}

/** How a stored pool is logged in to. */
export function loginOf(pool: StoredPool): PoolLogin {
  const { urls, username, password, certificateFingerprint, memberFingerprints, ca } = pool;
  const fingerprints = [
    ...(certificateFingerprint === null ? [] : [certificateFingerprint]),
    ...memberFingerprints,
  ];
  return { urls, username, password, fingerprints, ca };
}

const unknownPool = (id: string): DomainError => new DomainError('not-found', `No pool has the id “${id}”.`);
