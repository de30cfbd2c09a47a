/** Addresses of VNets: who uses them, which are reserved, which rest, and so which are free. */
import {
  DEFAULT_REUSE_MINUTES,
  DomainError,
  type OrganizationId,
  type Scope,
  type VdcId,
  type VNetId,
  type VsysId,
  type WithheldAddresses,
} from '@openvsys/vsys';
import type { Session } from '../session.js';
import { Parameters, scopeCondition } from './scope-condition.js';

/** A VNet that is wanted or still there. */
export interface NetworkHome {
  readonly id: VNetId;
  readonly vsysId: VsysId;
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly cidr: string;
}

/** Throws `not-found`, for a foreign one as for one that does not exist. */
export async function getNetworkHome(session: Session, scope: Scope, id: VNetId): Promise<NetworkHome> {
  const parameters = new Parameters();
  const tenant = scopeCondition(scope, { organization: 'v.organization_id', vdc: 'v.vdc_id' }, parameters);
  const found = await session.first<NetworkHome>(
    `SELECT n.id, n.vsys_id AS "vsysId", v.organization_id AS "organizationId", v.vdc_id AS "vdcId", n.cidr::text AS cidr
     FROM vnet n JOIN vsys v ON v.id = n.vsys_id
     WHERE n.id = ${parameters.add(id, 'text')} AND n.gone_at IS NULL AND v.deleted_at IS NULL AND ${tenant}`,
    parameters.values,
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `No VNet has the id “${id}”.`);
}

export interface AddressReservation {
  readonly id: string;
  readonly vnetId: VNetId;
  readonly first: string;
  readonly last: string;
  readonly note: string;
  readonly createdAt: Date;
}

const RESERVATION = `r.id, r.vnet_id AS "vnetId", host(r.first) AS first, host(r.last) AS last, r.note, r.created_at AS "createdAt"`;

/** In the order of their addresses. The VNet must have been read within the caller's scope. */
export async function listReservations(
  session: Session,
  vnet: VNetId,
): Promise<readonly AddressReservation[]> {
  return session.rows<AddressReservation>(
    `SELECT ${RESERVATION} FROM address_reservation r WHERE r.vnet_id = $1 ORDER BY r.first`,
    [vnet],
  );
}

/** The system must be locked, so that nobody is given one of the addresses meanwhile. Throws `conflict` when some are reserved. */
export async function insertReservation(
  session: Session,
  { vsysId, organizationId }: Pick<NetworkHome, 'vsysId' | 'organizationId'>,
  reservation: AddressReservation,
): Promise<void> {
  const { id, vnetId, first, last, note, createdAt } = reservation;
  await session.change(
    `INSERT INTO address_reservation (id, vnet_id, vsys_id, organization_id, first, last, note, created_at)
     VALUES ($1, $2, $3, $4, $5::inet, $6::inet, $7, $8)`,
    [id, vnetId, vsysId, organizationId, first, last, note, createdAt],
  );
}

/** Throws `not-found`. The VNet must have been read within the caller's scope. */
export async function deleteReservation(
  session: Session,
  vnet: VNetId,
  id: string,
): Promise<AddressReservation> {
  const found = await session.first<AddressReservation>(
    `WITH gone AS (DELETE FROM address_reservation WHERE vnet_id = $1 AND id = $2::uuid RETURNING *)
     SELECT ${RESERVATION} FROM gone r`,
    [vnet, id],
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', `The VNet has no reservation with the id “${id}”.`);
}

export interface UsedAddress {
  readonly address: string;
  /** `nic`: a server has it · `leaving`: until its NIC is gone · `resting`: until `until`. */
  readonly use: 'nic' | 'leaving' | 'resting';
  readonly server: string;
  readonly until: Date | null;
}

/** An address is given once more to whoever comes; only the newest use of it counts. $1: the VNet or null, $2: the VSYS or null, $3: now. */
const USES = `
SELECT DISTINCT ON (n.vnet_id, n.ipv4) n.vnet_id AS net, host(n.ipv4) AS address, s.name AS server,
  CASE WHEN n.wanted THEN 'nic' WHEN n.gone_at IS NULL THEN 'leaving' ELSE 'resting' END AS use,
  CASE WHEN NOT n.wanted THEN n.gone_at + make_interval(mins => coalesce(d.reuse_minutes, ${DEFAULT_REUSE_MINUTES})) END
    AS until, n.ipv4
FROM nic n JOIN vserver s ON s.id = n.vserver_id JOIN vsys v ON v.id = n.vsys_id LEFT JOIN vdc_settings d ON d.vdc_id = v.vdc_id
WHERE ($1::text IS NULL OR n.vnet_id = $1) AND ($2::text IS NULL OR n.vsys_id = $2) AND n.vnet_id IS NOT NULL
  AND (n.wanted OR n.gone_at IS NULL
    OR n.gone_at > $3::timestamptz - make_interval(mins => coalesce(d.reuse_minutes, ${DEFAULT_REUSE_MINUTES})))
ORDER BY n.vnet_id, n.ipv4, n.wanted DESC, n.gone_at DESC NULLS FIRST`;

/** By address. The VNet must have been read within the caller's scope. */
export async function listUsedAddresses(
  session: Session,
  vnet: VNetId,
  at: Date,
): Promise<readonly UsedAddress[]> {
  return session.rows<UsedAddress>(
    `SELECT address, use, server, until FROM (${USES}) AS used ORDER BY ipv4`,
    [vnet, null, at],
  );
}

/** Addresses that are not given to a new NIC by themselves: reserved ones and resting ones. For a locked VSYS. */
export async function listWithheld(
  session: Session,
  vsys: VsysId,
  at: Date,
): Promise<readonly WithheldAddresses[]> {
  return session.rows<WithheldAddresses>(
    `SELECT net, address AS first, address AS last FROM (${USES}) AS used WHERE use = 'resting'
     UNION ALL SELECT vnet_id, host(first), host(last) FROM address_reservation WHERE vsys_id = $2`,
    [null, vsys, at],
  );
}
