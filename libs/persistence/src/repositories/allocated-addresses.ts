/** Public addresses of a VDC: allocated, found for systems, freed. */
import {
  DomainError,
  type Holdings,
  type OrganizationId,
  type Scope,
  type VdcId,
  type VsysId,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Session } from '../session.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export interface AllocatedAddress {
  readonly id: string;
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly name: string;
  readonly address: string;
  readonly createdAt: Date;
  /** The system that uses it now, or is just giving it up; null: none. */
  readonly vsysId: VsysId | null;
  /** As what the system uses it. */
  readonly publicIpId: string | null;
}

const COLUMNS = `a.id, a.organization_id AS "organizationId", a.vdc_id AS "vdcId", a.name, host(a.address) AS address,
  a.created_at AS "createdAt", p.vsys_id AS "vsysId", p.public_ip_id AS "publicIpId"`;
const FROM = 'allocated_address a JOIN public_address p ON p.allocation_id = a.id';
const SCOPED = { organization: 'a.organization_id', vdc: 'a.vdc_id' } as const;

/** By name. The VDC must have been read within the caller's scope; its quota bounds how many there are. */
export async function listAllocated(session: Session, vdcId: VdcId): Promise<readonly AllocatedAddress[]> {
  return session.rows<AllocatedAddress>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE a.vdc_id = $1 AND a.released_at IS NULL ORDER BY a.name`,
    [vdcId],
  );
}

/** Of all VDCs of the scope, those that no system uses; by address. */
export async function listFreeAllocated(
  session: Session,
  scope: Scope,
): Promise<readonly AllocatedAddress[]> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, SCOPED, parameters);
  return session.rows<AllocatedAddress>(
    `SELECT ${COLUMNS} FROM ${FROM}
     WHERE a.released_at IS NULL AND p.vsys_id IS NULL AND ${tenant} ORDER BY a.address`,
    parameters.values,
  );
}

/** Throws `not-found`, for a foreign one as for one that does not exist. */
export async function getAllocated(session: Session, scope: Scope, id: string): Promise<AllocatedAddress> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, SCOPED, parameters);
  const found = await session.first<AllocatedAddress>(
    `SELECT ${COLUMNS} FROM ${FROM}
     WHERE a.id = ${parameters.add(id, 'uuid')} AND a.released_at IS NULL AND ${tenant}`,
    parameters.values,
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No allocated address has the id “${id}”.`);
}

export interface Allocating extends Pick<
  AllocatedAddress,
  'id' | 'organizationId' | 'vdcId' | 'name' | 'address' | 'createdAt'
> {
  /** What is metered from now on. */
  readonly items: Holdings['items'];
}

/** `address` was picked in the same transaction. Throws `conflict` when the VDC has one of that name. */
export async function insertAllocated(session: Session, allocating: Allocating): Promise<void> {
  const { id, organizationId, vdcId, name, address, createdAt, items } = allocating;
  await session.change(
    `INSERT INTO allocated_address (id, organization_id, vdc_id, name, address, created_at)
     VALUES ($1, $2, $3, $4, $5::inet, $6)`,
    [id, organizationId, vdcId, name, address, createdAt],
  );
  const taken = await session.change(
    `UPDATE public_address SET allocation_id = $1
     WHERE address = $2::inet AND vsys_id IS NULL AND allocation_id IS NULL`,
    [id, address],
  );
  if (taken !== 1)
    throw new DomainError('conflict', 'The address was taken at the same moment.', { retry: 'same' });
  for (const { dimension, product, quantity } of items)
    await session.change(
      `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at)
       VALUES ($1, $2, $3, '', $4, $5, $6, $7, $8)`,
      [uuidv7(), organizationId, vdcId, id, dimension, product, quantity, createdAt],
    );
}

/** Ends what is metered. Throws `conflict` while a system uses it. Must have been read within the caller's scope. */
export async function releaseAllocated(
  session: Session,
  allocated: AllocatedAddress,
  at: Date,
): Promise<void> {
  const freed = await session.change(
    'UPDATE public_address SET allocation_id = NULL WHERE allocation_id = $1 AND vsys_id IS NULL',
    [allocated.id],
  );
  if (freed !== 1) throw inUse(allocated);
  await session.change('UPDATE allocated_address SET released_at = $2 WHERE id = $1', [allocated.id, at]);
  // An hour that was closed in the meantime is closed again.
  await session.change(`DELETE FROM closed_hour WHERE hour > $1::timestamptz - interval '1 hour'`, [at]);
  await session.change(
    'UPDATE usage_interval SET ended_at = greatest(started_at, $2::timestamptz) WHERE resource = $1 AND ended_at IS NULL',
    [allocated.id, at],
  );
}

/** The address is with a system, or on its way out of one. */
export function inUse({ address, vsysId }: Pick<AllocatedAddress, 'address' | 'vsysId'>): DomainError {
  return new DomainError('conflict', `${address} is used by ${vsysId ?? 'another system'}.`, {
    retry: 'after-change',
    remedy: 'Detach it there first and wait until that change is reached.',
    details: { vsysId },
  });
}

/**
 * Addresses of the VDC by id, for public IPs of a system that is admitted. Writing the parts proves that nobody else took one
 * meanwhile. Throws `invalid-descriptor` for those that the VDC does not have, `conflict` for those that a system uses.
 */
export async function pickAllocated(
  session: Session,
  vdcId: VdcId,
  wishes: readonly { readonly name: string; readonly allocation: string }[],
): Promise<ReadonlyMap<string, string>> {
  if (wishes.length === 0) return new Map();
  const rows = await session.rows<AllocatedAddress>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE a.vdc_id = $1 AND a.released_at IS NULL AND a.id = ANY($2::uuid[])`,
    [vdcId, wishes.map(({ allocation }) => allocation)],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const taken = new Set<string>();
  for (const { name, allocation } of wishes) {
    const row = found.get(allocation);
    const pointer = `/publicIps/${name}/allocation`;
    if (row === undefined || taken.has(allocation)) {
      const why = row === undefined ? 'is not allocated to the VDC' : 'cannot be used twice';
      const message = `The address ${allocation} ${why}.`;
      throw new DomainError('invalid-descriptor', message, { pointer, violations: [{ pointer, message }] });
    }
    if (row.vsysId !== null) throw inUse(row);
    taken.add(allocation);
  }
  return new Map(rows.map(({ id, address }) => [id, address]));
}
