/** Connections between VNets of two systems: proposed, accepted, released, and what a system has to know of its own. */
import {
  DomainError,
  type ConnectionFacts,
  type OrganizationId,
  type Scope,
  type VdcId,
  type VNetId,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Session } from '../session.js';
import { insertEvent } from './events.js';
import { Parameters, scopeCondition } from './scope-condition.js';

export type ConnectionSide = 'from' | 'to';

export interface ConnectionEnd {
  readonly side: ConnectionSide;
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly vsysId: VsysId;
  readonly vnetId: VNetId;
  readonly cidr: string;
  readonly zone: string;
  /** In the newest spec of its system. */
  readonly isAttached: boolean;
  /** In the spec that its system reached. */
  readonly isReached: boolean;
}

export interface ConnectionRecord extends ConnectionFacts {
  readonly id: string;
  readonly createdAt: Date;
  /** Who proposed it comes first; one before it is accepted. */
  readonly ends: readonly ConnectionEnd[];
}

const inSpec = (generation: string): string =>
  `EXISTS (SELECT FROM vsys_generation g WHERE g.vsys_id = v.id AND g.generation = v.${generation}
    AND g.spec->'presence' = '"present"' AND g.spec->'connections' ? e.connection_id::text)`;

const SELECT = `
SELECT c.id, c.created_at AS "createdAt", c.accepted_at AS "acceptedAt", c.released_at AS "releasedAt", (
    SELECT jsonb_agg(jsonb_build_object('side', e.side, 'organizationId', e.organization_id, 'vdcId', v.vdc_id,
      'vsysId', e.vsys_id, 'vnetId', e.vnet_id, 'cidr', e.cidr::text, 'zone', e.zone,
      'isAttached', ${inSpec('generation')}, 'isReached', ${inSpec('observed_generation')}) ORDER BY e.side)
    FROM connection_end e JOIN vsys v ON v.id = e.vsys_id WHERE e.connection_id = c.id) AS ends
FROM connection c`;

/** Throws `not-found` unless one end is in the scope. Released ones are found too. */
export async function getConnection(session: Session, scope: Scope, id: string): Promise<ConnectionRecord> {
  const parameters = new Parameters();
  const wanted = parameters.add(id, 'uuid');
  const tenant = scopeCondition(scope, { organization: 'o.organization_id', vdc: 's.vdc_id' }, parameters);
  const found = await session.first<ConnectionRecord>(
    `${SELECT} WHERE c.id = ${wanted} AND EXISTS (
       SELECT FROM connection_end o JOIN vsys s ON s.id = o.vsys_id WHERE o.connection_id = c.id AND ${tenant})`,
    parameters.values,
  );
  return found ?? unknown(id);
}

/** For an organization that has the key and no end of it yet. Locks it. Throws `not-found` for a wrong key too. */
export async function getProposedByKey(
  session: Session,
  id: string,
  keyHash: string,
): Promise<ConnectionRecord> {
  const found = await session.first<ConnectionRecord>(
    `${SELECT} WHERE c.id = $1 AND c.key_hash = $2 AND c.released_at IS NULL FOR UPDATE OF c`,
    [id, keyHash],
  );
  return found ?? unknown(id);
}

export async function lockConnection(session: Session, id: string): Promise<void> {
  await session.rows('SELECT id FROM connection WHERE id = $1 FOR UPDATE', [id]);
}

function unknown(id: string): never {
  throw new DomainError('not-found', `No connection has the id “${id}”.`, {
    remedy: 'Ask who proposed it for its id and its key.',
  });
}

/** By age. The system must have been read within the caller's scope; it has few. */
export async function listConnections(
  session: Session,
  vsysId: VsysId,
): Promise<readonly ConnectionRecord[]> {
  return session.rows<ConnectionRecord>(
    `${SELECT} WHERE c.id IN (
       SELECT o.connection_id FROM connection_end o WHERE o.vsys_id = $1 AND o.released_at IS NULL)
     ORDER BY c.created_at, c.id`,
    [vsysId],
  );
}

/** Ends of a released connection that are still in the newest specs of their systems. */
export async function listLeftEnds(session: Session, id: string): Promise<readonly ConnectionEnd[]> {
  const found = await session.first<ConnectionRecord>(
    `${SELECT} WHERE c.id = $1::uuid AND c.released_at IS NOT NULL`,
    [id],
  );
  return (found?.ends ?? []).filter(({ isAttached }) => isAttached);
}

export interface NewConnection {
  readonly id: string;
  readonly key: { readonly hash: string; readonly sealed: string };
  readonly at: Date;
}

export async function insertConnection(session: Session, { id, key, at }: NewConnection): Promise<void> {
  await session.change(
    'INSERT INTO connection (id, key_hash, key_sealed, created_at) VALUES ($1, $2, $3, $4)',
    [id, key.hash, key.sealed, at],
  );
}

export type NewConnectionEnd = Pick<
  ConnectionEnd,
  'side' | 'organizationId' | 'vsysId' | 'vnetId' | 'cidr' | 'zone'
>;

/** Throws `conflict` when another connection of the system has the zone. */
export async function insertConnectionEnd(
  session: Session,
  connectionId: string,
  { side, organizationId, vsysId, vnetId, cidr, zone }: NewConnectionEnd,
): Promise<void> {
  await session.change(
    `INSERT INTO connection_end (connection_id, side, organization_id, vsys_id, vnet_id, cidr, zone)
     VALUES ($1, $2, $3, $4, $5, $6::cidr, $7)`,
    [connectionId, side, organizationId, vsysId, vnetId, cidr, zone],
  );
}

/** Its key is worth nothing any more. */
export async function setAccepted(session: Session, id: string, at: Date): Promise<void> {
  await session.change(
    'UPDATE connection SET accepted_at = $2, key_hash = NULL, key_sealed = NULL WHERE id = $1',
    [id, at],
  );
}

/** Undefined when it is accepted. Must have been read within the scope of who proposed it. */
export async function findSealedKey(session: Session, id: string): Promise<string | undefined> {
  const row = await session.first<{ sealed: string | null }>(
    'SELECT key_sealed AS sealed FROM connection WHERE id = $1 AND released_at IS NULL',
    [id],
  );
  return row?.sealed ?? undefined;
}

export interface TunnelKeyPair {
  readonly publicKey: string;
  /** Sealed. */
  readonly privateKey: string;
}

/** The one that a system has stays. */
export async function ensureTunnelKey(
  session: Session,
  vsysId: VsysId,
  { publicKey, privateKey }: TunnelKeyPair,
  at: Date,
): Promise<void> {
  await session.change(
    `INSERT INTO tunnel_key (vsys_id, public_key, private_key, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vsys_id) DO NOTHING`,
    [vsysId, publicKey, privateKey, at],
  );
}

/** The newest spec of a system that is an end of a connection which the caller may see. Throws `not-found`. */
export async function getSpecOfEnd(session: Session, vsysId: VsysId): Promise<VsysSpec> {
  const row = await session.first<{ spec: VsysSpec }>(
    `SELECT g.spec FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
     WHERE v.id = $1 AND v.deleted_at IS NULL`,
    [vsysId],
  );
  if (row !== undefined) return row.spec;
  throw new DomainError('not-found', 'The system at the other end is gone.');
}

export interface ConnectionRow {
  readonly id: string;
  readonly zone: string;
  readonly vnet: VNetId;
  readonly local: string;
  readonly remote: string;
  readonly publicKey: string;
  readonly otherVnet: VNetId;
  /** Of the other system as it is wanted. */
  readonly otherServers: VsysSpec['servers'];
  readonly isSameZone: boolean;
  /** Of the system itself, sealed. */
  readonly privateKey: string;
}

/** The accepted connections of a system with what its firewall has to know of the other end, by age. */
export async function listConnectionRows(
  session: Session,
  vsysId: VsysId,
): Promise<readonly ConnectionRow[]> {
  return session.rows<ConnectionRow>(
    `SELECT c.id, e.zone, e.vnet_id AS vnet, e.cidr::text AS local, o.cidr::text AS remote, k.public_key AS "publicKey",
       o.vnet_id AS "otherVnet", g.spec->'servers' AS "otherServers", p.zone_id = q.zone_id AS "isSameZone",
       own.private_key AS "privateKey"
     FROM connection_end e
     JOIN connection c ON c.id = e.connection_id AND c.accepted_at IS NOT NULL
     JOIN connection_end o ON o.connection_id = e.connection_id AND o.side <> e.side
     JOIN vsys v ON v.id = e.vsys_id
     JOIN vsys w ON w.id = o.vsys_id
     JOIN pool p ON p.id = v.pool_id
     JOIN pool q ON q.id = w.pool_id
     JOIN vsys_generation g ON g.vsys_id = w.id AND g.generation = w.generation
     JOIN tunnel_key k ON k.vsys_id = w.id
     JOIN tunnel_key own ON own.vsys_id = v.id
     WHERE e.vsys_id = $1 AND e.released_at IS NULL
     ORDER BY c.created_at, c.id`,
    [vsysId],
  );
}

/** `isSameZone` of the pools of two systems. */
export async function areSameZone(session: Session, a: VsysId, b: VsysId): Promise<boolean> {
  const row = await session.first<{ same: boolean }>(
    `SELECT count(DISTINCT p.zone_id) = 1 AS same FROM vsys v JOIN pool p ON p.id = v.pool_id
     WHERE v.id IN ($1, $2)`,
    [a, b],
  );
  return row?.same === true;
}

/** Ends it for both, and tells both. Of no effect on one that is released. */
export async function releaseConnection(session: Session, id: string, at: Date): Promise<void> {
  const ended = await session.change(
    `UPDATE connection SET released_at = $2, key_hash = NULL, key_sealed = NULL
     WHERE id = $1 AND released_at IS NULL`,
    [id, at],
  );
  if (ended === 0) return;
  await session.change('UPDATE connection_end SET released_at = $2 WHERE connection_id = $1', [id, at]);
  await tellOfConnection(session, id, 'deleted', at);
}

/** With a system all of its connections go. */
export async function releaseConnectionsOf(session: Session, vsysId: VsysId, at: Date): Promise<void> {
  const rows = await session.rows<{ id: string }>(
    'SELECT connection_id AS id FROM connection_end WHERE vsys_id = $1 AND released_at IS NULL',
    [vsysId],
  );
  for (const { id } of rows) await releaseConnection(session, id, at);
}

/** To the owner of each end, as an event of its system. */
export async function tellOfConnection(
  session: Session,
  id: string,
  what: 'proposed' | 'accepted' | 'deleted',
  at: Date,
): Promise<void> {
  const ends = await session.rows<Pick<ConnectionEnd, 'organizationId' | 'vsysId' | 'vnetId' | 'zone'>>(
    `SELECT organization_id AS "organizationId", vsys_id AS "vsysId", vnet_id AS "vnetId", zone
     FROM connection_end WHERE connection_id = $1 ORDER BY side`,
    [id],
  );
  for (const { organizationId, vsysId, vnetId, zone } of ends)
    await insertEvent(session, {
      id: uuidv7(),
      organizationId,
      vsysId,
      resource: id,
      type: `connection.${what}`,
      data: { vnetId, zone },
      at,
    });
}
