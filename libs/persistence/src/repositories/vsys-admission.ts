/**
 * Writing of admission: a VSYS and each newer generation of it with the rows of its parts. The rows are the
 * reservation; nothing else has to be taken or given back.
 *
 * Order in a use case: lockVsys (for changes) → sharePlaces or lockPlaces → pickVlans, pickPublicAddresses, nextMacs → insertVsys or
 * insertGeneration → insertEfmConfigs → insertOperation → enforceQuotas → commit.
 */
import {
  DomainError,
  type OperationId,
  type OrganizationId,
  type PoolId,
  type Scope,
  type VdcId,
  type VServerId,
  type VsysId,
  type VsysPhase,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Session } from '../session.js';
import { writeSpecParts } from '../write-spec-parts.js';
import { Parameters, scopeCondition } from './scope-condition.js';

/** What a generation was made from; `descriptor` is the document when it came with the request. */
export interface GenerationSource {
  readonly design: object;
  readonly descriptor: object | null;
  readonly descriptorVersionId: string | null;
  readonly parameters: object;
  /** Last used number of each kind of part. */
  readonly numbers: object;
}

export interface NewGeneration extends GenerationSource {
  readonly spec: VsysSpec;
  readonly phase: VsysPhase;
  readonly operationId: OperationId | null;
  readonly at: Date;
}

export interface NewVsys extends NewGeneration {
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly poolId: PoolId;
}

/** The newest generation of a VSYS, its row locked until the transaction ends. */
export interface LockedSystem extends GenerationSource {
  readonly id: VsysId;
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly poolId: PoolId;
  readonly phase: VsysPhase;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly spec: VsysSpec;
  /** In the recycle bin until then; null: not in it. */
  readonly purgeAt: Date | null;
}

/** Which systems a caller means: one in the recycle bin can only be restored or purged, of a deleted one only back-ups are left. */
export type BinSide = 'outside' | 'either' | 'deleted-too';

const WITH_GENERATION = `
WITH generation AS (
  INSERT INTO vsys_generation (vsys_id, generation, spec, design, descriptor, descriptor_version_id, parameters,
    operation_id, created_at)
  VALUES ($1, $2, $3::jsonb, $4::jsonb, $5::jsonb, $6::uuid, $7::jsonb, $8::uuid, $9::timestamptz)
)`;

const INSERT_VSYS = `${WITH_GENERATION}
INSERT INTO vsys (id, organization_id, vdc_id, pool_id, name, descriptor_version_id, parameters, generation, phase,
  numbers, created_at, changed_at)
VALUES ($1, $13, $14, $15, $10, $6::uuid, $7::jsonb, $2, $11, $12::jsonb, $9::timestamptz, $9::timestamptz)`;

const UPDATE_VSYS = `${WITH_GENERATION}
UPDATE vsys SET generation = $2, name = $10, descriptor_version_id = $6::uuid, parameters = $7::jsonb, phase = $11,
  numbers = $12::jsonb, changed_at = $9::timestamptz, parked = NULL WHERE id = $1`;

/** Throws `conflict` (retry same) when something that the spec names was taken meanwhile. */
export async function insertVsys(session: Session, vsys: NewVsys): Promise<void> {
  const { spec } = vsys;
  await session.change(INSERT_VSYS, [
    ...generationParameters(vsys),
    vsys.organizationId,
    vsys.vdcId,
    vsys.poolId,
  ]);
  await writeSpecParts(session, vsys, spec, vsys.at);
}

/**
 * Makes `next.spec` the newest generation: parts are added, changed or marked as no longer wanted, and a parked VSYS is
 * worked on again. Throws `stale` when the spec is not exactly one generation newer than what was locked.
 */
export async function insertGeneration(
  session: Session,
  vsys: LockedSystem,
  next: NewGeneration,
): Promise<void> {
  const { spec } = next;
  if (spec.generation !== vsys.generation + 1) {
    throw new DomainError('stale', `${vsys.id} was changed meanwhile.`, {
      remedy: 'Read it again and repeat.',
    });
  }
  await session.change(UPDATE_VSYS, generationParameters(next));
  await writeSpecParts(session, vsys, spec, next.at);
}

/** Of `WITH_GENERATION` and of the statements that begin with it: $1 to $12. */
function generationParameters(next: NewGeneration): readonly unknown[] {
  return [
    next.spec.vsysId,
    next.spec.generation,
    JSON.stringify(next.spec),
    JSON.stringify(next.design),
    next.descriptor === null ? null : JSON.stringify(next.descriptor),
    next.descriptorVersionId,
    JSON.stringify(next.parameters),
    next.operationId,
    next.at,
    next.spec.name,
    next.phase,
    JSON.stringify(next.numbers),
  ];
}

/**
 * For changes and deletion. Throws `not-found` for a foreign, deleted or unknown VSYS alike, `conflict` for one in the
 * recycle bin unless those are meant too.
 */
export async function lockVsys(
  session: Session,
  scope: Scope,
  id: VsysId,
  side: BinSide = 'outside',
): Promise<LockedSystem> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'v.organization_id', vdc: 'v.vdc_id' }, parameters);
  const locked = await session.first<LockedSystem>(
    `SELECT v.id, v.organization_id AS "organizationId", v.vdc_id AS "vdcId", v.pool_id AS "poolId", v.phase,
       v.generation, v.observed_generation AS "observedGeneration", v.numbers, v.parameters,
       v.descriptor_version_id AS "descriptorVersionId", v.purge_at AS "purgeAt"
     FROM vsys v WHERE v.id = ${parameters.add(id, 'text')} ${side === 'deleted-too' ? '' : 'AND v.deleted_at IS NULL'} AND ${tenant}
     FOR NO KEY UPDATE`,
    parameters.values,
  );
  if (locked === undefined) throw new DomainError('not-found', `No Vsys has the id “${id}”.`);
  if (side === 'outside') requireOutside(locked);
  // A second statement: the first may have waited for a change, and only a new snapshot shows the generation of that change.
  const newest = await session.first<Pick<LockedSystem, 'spec' | 'design' | 'descriptor'>>(
    'SELECT spec, design, descriptor FROM vsys_generation WHERE vsys_id = $1 AND generation = $2',
    [id, locked.generation],
  );
  if (newest === undefined)
    throw new DomainError('internal', `${id} has no generation ${locked.generation}.`);
  return { ...locked, ...newest };
}

/** Throws `conflict` for a system in the recycle bin. */
export function requireOutside({ id, purgeAt }: Pick<LockedSystem, 'id' | 'purgeAt'>): void {
  if (purgeAt === null) return;
  throw new DomainError('conflict', `${id} is in the recycle bin until ${purgeAt.toISOString()}.`, {
    retry: 'after-change',
    remedy: 'Restore it first (POST …/restore), or delete it for good (DELETE …?purge=true).',
    details: { purgeAt: purgeAt.toISOString(), allowed: ['restore', 'purge'] },
  });
}

export interface EfmConfigRecord {
  readonly vserverId: VServerId;
  readonly version: number;
  readonly hash: string;
  readonly document: object;
  readonly rendered: object;
  /** The whole document for the appliance. */
  readonly appliance: object;
  /** Sealed texts of its secret files, by file. */
  readonly secrets: object;
}

/** After the parts are written. A version that is there already stays as it is. */
export async function insertEfmConfigs(
  session: Session,
  configs: readonly EfmConfigRecord[],
  at: Date,
): Promise<void> {
  if (configs.length === 0) return;
  await session.change(
    `INSERT INTO efm_config (vserver_id, version, hash, document, rendered, appliance, secrets, created_at)
     SELECT c."vserverId", c.version, c.hash, c.document, c.rendered, c.appliance, c.secrets, $2
     FROM jsonb_to_recordset($1::jsonb)
       AS c("vserverId" text, version integer, hash text, document jsonb, rendered jsonb, appliance jsonb,
         secrets jsonb)
     ON CONFLICT (vserver_id, version) DO NOTHING`,
    [JSON.stringify(configs), at],
  );
}

/** Wakes the engine when the transaction commits. */
export async function announceVsys(session: Session, id: VsysId): Promise<void> {
  await session.notify('openvsys_vsys', id);
}

/** Lets the engine work again on a VSYS that it gave up. The row must be locked by `lockVsys`. */
export async function unparkVsys(session: Session, id: VsysId): Promise<void> {
  await session.change('UPDATE vsys SET parked = NULL WHERE id = $1', [id]);
}
