/**
 * What lies about in pools: written by the audit of a pool's owner, read by the provider. A finding stays until an audit
 * does not find it any more; when it was found first is kept.
 */
import { DomainError, type Fence, type PartNumbers, type PoolId, type VsysId } from '@openvsys/vsys';
import type { Database } from '../database.js';
import type { Page, PageRequest } from '../repositories/paging.js';
import { Filter, type ListKey } from '../repositories/reads/filter.js';
import { pageOf, type Keyed } from '../repositories/reads/keyset.js';
import type { Session } from '../session.js';

/**
 * `orphan` – ours by its tags, but its system is not here · `twin` – two claim one part · `copy` – carries tags that it
 * inherited · `foreign` – somebody else's thing attached to ours · `missing` – a part of ours without its object
 */
export const POOL_FINDING_KINDS = ['orphan', 'twin', 'copy', 'foreign', 'missing'] as const;
export type PoolFindingKind = (typeof POOL_FINDING_KINDS)[number];

export interface PoolFinding {
  readonly kind: PoolFindingKind;
  /** XenAPI class; `vserver`, `vdisk` or `vnet` for a part without an object. */
  readonly class: string;
  /** Of the object, or the id of the part. */
  readonly uuid: string;
  readonly name: string;
  readonly vsysId: VsysId | null;
  readonly part: string | null;
  readonly reason: string;
  /** It provably belongs to nothing, so it may be removed on command. */
  readonly removable: boolean;
}

export interface PoolFindingRecord extends PoolFinding {
  readonly firstSeenAt: Date;
  readonly seenAt: Date;
}

/** What is known of a system that an object claims to belong to. */
export interface KnownSystem {
  readonly id: VsysId;
  readonly poolId: PoolId;
  readonly deletedAt: Date | null;
  readonly numbers: PartNumbers;
}

/** A part that the database believes to exist in the pool. */
export interface BuiltPart {
  readonly class: 'vserver' | 'vdisk' | 'vnet';
  readonly id: string;
  readonly name: string;
  readonly vsysId: VsysId;
}

const STILL_OWNER = `
SELECT FROM pool WHERE id = $1 AND lease_owner = $2 AND lease_epoch = $3 AND lease_until > clock_timestamp() FOR SHARE`;

const REPLACE = `
WITH input AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS f(kind text, class text, uuid text, name text, "vsysId" text,
    part text, reason text, removable boolean)
), dropped AS (
  DELETE FROM pool_finding f WHERE f.pool_id = $1
    AND NOT EXISTS (SELECT FROM input i WHERE (i.kind, i.class, i.uuid) = (f.kind, f.class, f.uuid)))
INSERT INTO pool_finding (pool_id, kind, class, uuid, name, vsys_id, part, reason, removable, first_seen_at, seen_at)
SELECT DISTINCT ON (i.kind, i.class, i.uuid) $1::uuid, i.kind, i.class, i.uuid, i.name, i."vsysId", i.part, i.reason,
  i.removable, $3::timestamptz, $3::timestamptz
FROM input i ORDER BY i.kind, i.class, i.uuid
ON CONFLICT (pool_id, kind, class, uuid) DO UPDATE SET name = excluded.name, vsys_id = excluded.vsys_id,
  part = excluded.part, reason = excluded.reason, removable = excluded.removable, seen_at = excluded.seen_at`;

const PASS_OVER = `
UPDATE vsys v SET numbers = jsonb_set(v.numbers, '{passedOver}', coalesce(v.numbers->'passedOver', '[]') || i.parts)
FROM jsonb_to_recordset($1::jsonb) AS i("vsysId" text, parts jsonb) WHERE v.id = i."vsysId"`;

const COLUMNS = `f.kind, f.class, f.uuid, f.name, f.vsys_id AS "vsysId", f.part, f.reason, f.removable,
  f.first_seen_at AS "firstSeenAt", f.seen_at AS "seenAt"`;

const KEY: ListKey = {
  name: 'pool-findings',
  columns: [
    { column: 'f.kind', type: 'text' },
    { column: 'f.class', type: 'text' },
    { column: 'f.uuid', type: 'text' },
  ],
  direction: 'ascending',
};

/** Parts that are in a state in which their object exists; `planned` and `creating` ones may not have one yet. */
const BUILT = `
SELECT 'vserver' AS class, p.id, p.name, p.vsys_id AS "vsysId" FROM vserver p JOIN vsys v ON v.id = p.vsys_id
  WHERE v.pool_id = $1 AND p.gone_at IS NULL AND p.wanted AND p.state IN ('running', 'stopped')
UNION ALL
SELECT 'vdisk', p.id, p.name, p.vsys_id FROM vdisk p JOIN vsys v ON v.id = p.vsys_id
  WHERE v.pool_id = $1 AND p.gone_at IS NULL AND p.wanted AND p.state IN ('attached', 'detached')
UNION ALL
SELECT 'vnet', p.id, p.name, p.vsys_id FROM vnet p JOIN vsys v ON v.id = p.vsys_id
  WHERE v.pool_id = $1 AND p.gone_at IS NULL AND p.wanted AND p.state = 'ready'`;

export class PoolFindingStore {
  constructor(private readonly database: Database) {}

  /** The findings of an audit take the place of those before. Throws `lease-lost`. */
  async replace(fence: Fence, findings: readonly PoolFinding[], at: Date): Promise<void> {
    await this.database.transaction(async (session) => {
      await requireOwner(session, fence);
      await session.change(REPLACE, [fence.poolId, JSON.stringify(findings), at]);
    });
  }

  /** These parts' numbers are not given out any more. Throws `lease-lost`. */
  async passOver(
    fence: Fence,
    unknown: readonly { readonly vsysId: VsysId; readonly parts: readonly string[] }[],
  ): Promise<void> {
    if (unknown.length === 0) return;
    await this.database.transaction(async (session) => {
      await requireOwner(session, fence);
      await session.change(PASS_OVER, [JSON.stringify(unknown)]);
    });
  }

  /** Those of the ids that were ever known, deleted ones too. */
  async listSystems(ids: readonly VsysId[]): Promise<readonly KnownSystem[]> {
    return this.database.session((session) =>
      session.rows<KnownSystem>(
        'SELECT id, pool_id AS "poolId", deleted_at AS "deletedAt", numbers FROM vsys WHERE id = ANY($1)',
        [ids],
      ),
    );
  }

  async listBuiltParts(pool: PoolId): Promise<readonly BuiltPart[]> {
    return this.database.session((session) => session.rows<BuiltPart>(BUILT, [pool]));
  }
}

async function requireOwner(session: Session, { poolId, workerId, epoch }: Fence): Promise<void> {
  const owner = await session.first(STILL_OWNER, [poolId, workerId, epoch]);
  if (owner === undefined) throw new DomainError('lease-lost', 'Another worker owns the pool now.');
}

/** By kind, class and uuid. */
export async function listPoolFindings(
  session: Session,
  pool: PoolId,
  kinds: readonly PoolFindingKind[],
  page: PageRequest,
): Promise<Page<PoolFindingRecord>> {
  const where = new Filter().and('f.pool_id = ?', pool).and('f.kind = ANY(?)', kinds).after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<PoolFindingRecord & Keyed>(
    `SELECT ${COLUMNS}, ARRAY[f.kind, f.class, f.uuid] AS "pageKey" FROM pool_finding f
      WHERE ${where.text} ORDER BY f.kind, f.class, f.uuid LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('pool-findings', page, rows);
}

/** The orphan of that uuid in the pool. Throws `not-found`; `conflict` when it is not proved to belong to nothing. */
export async function getRemovableOrphan(
  session: Session,
  pool: PoolId,
  uuid: string,
): Promise<PoolFindingRecord & { readonly vsysId: VsysId }> {
  const found = await session.first<PoolFindingRecord>(
    `SELECT ${COLUMNS} FROM pool_finding f WHERE f.pool_id = $1 AND f.uuid = $2 AND f.kind = 'orphan'`,
    [pool, uuid],
  );
  if (found === undefined)
    throw new DomainError('not-found', `No orphan ${uuid} was found in the pool.`, {
      remedy: 'List the orphans of the pool, or have it audited now.',
    });
  const { vsysId } = found;
  if (!found.removable || vsysId === null)
    throw new DomainError('conflict', `${uuid} is not removed: ${found.reason}`, { retry: 'never' });
  return { ...found, vsysId };
}
