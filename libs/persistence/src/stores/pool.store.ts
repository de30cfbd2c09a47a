/** Registered pools with what is needed to connect to them. */
import { DomainError, type HostUuid, type PoolId } from '@openvsys/vsys';
import type { Database } from '../database.js';
import type { SecretBox } from '../sealed-secret.js';

export interface PoolRegistration {
  readonly id: PoolId;
  readonly zoneId: string;
  readonly name: string;
  /** Any members' URLs, https or (simulator only) http. */
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  /** SHA-256 of the expected certificate; null: verify against the system's authorities. */
  readonly certificateFingerprint: string | null;
  readonly enabled: boolean;
  /** Both inclusive, 1 to 4094. */
  readonly vlanFirst: number;
  readonly vlanLast: number;
}

const COLUMNS = `id, zone_id AS "zoneId", name, urls, username, secret,
  certificate_fingerprint AS "certificateFingerprint", enabled, vlan_first AS "vlanFirst", vlan_last AS "vlanLast"`;

const REGISTER = `
INSERT INTO pool (id, zone_id, name, urls, username, secret, certificate_fingerprint, enabled, vlan_first, vlan_last,
  created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE SET zone_id = excluded.zone_id, name = excluded.name, urls = excluded.urls,
  username = excluded.username, secret = excluded.secret, certificate_fingerprint = excluded.certificate_fingerprint,
  enabled = excluded.enabled, vlan_first = excluded.vlan_first, vlan_last = excluded.vlan_last`;

type PoolRow = Omit<PoolRegistration, 'password'> & { readonly secret: Buffer };

const contextOf = (id: string): string => `pool:${id}`;

export class PoolStore {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  /** Adds the pool or replaces what is known of the one with this id. Throws `conflict` when the name is taken. */
  async register(pool: PoolRegistration, at: Date): Promise<void> {
    const sealed = this.secrets.seal(pool.password, contextOf(pool.id));
    await this.database.transaction(async (session) => {
      await session.change(REGISTER, [
        pool.id,
        pool.zoneId,
        pool.name,
        pool.urls,
        pool.username,
        sealed,
        pool.certificateFingerprint,
        pool.enabled,
        pool.vlanFirst,
        pool.vlanLast,
        at,
      ]);
      await session.notify('openvsys_pool', pool.id);
    });
  }

  /** With the password opened. Throws `not-found`. */
  async get(id: PoolId): Promise<PoolRegistration> {
    const rows = await this.select('WHERE id = $1', [id]);
    const pool = rows[0];
    if (pool === undefined) throw new DomainError('not-found', `No Pool has the id “${id}”.`);
    return pool;
  }

  /** Enabled pools with their passwords opened, by name. */
  async listEnabled(): Promise<readonly PoolRegistration[]> {
    return this.select('WHERE enabled ORDER BY name', []);
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

  private async select(
    condition: string,
    parameters: readonly unknown[],
  ): Promise<readonly PoolRegistration[]> {
    const rows = await this.database.session((session) =>
      session.rows<PoolRow>(`SELECT ${COLUMNS} FROM pool ${condition}`, parameters),
    );
    return rows.map(({ secret, ...pool }) => ({
      ...pool,
      password: this.secrets.open(secret, contextOf(pool.id)),
    }));
  }
}
