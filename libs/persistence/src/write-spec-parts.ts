/**
 * Rows of parts from a spec: the one place where wanted columns are written, used by admission and by roll-back.
 * Everything is read from the spec's JSON inside PostgreSQL: one or two statements for any number of parts.
 */
import {
  DomainError,
  EXTERNAL_NET,
  USUAL_MTU,
  type OrganizationId,
  type PoolId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Session } from './session.js';

export interface SpecOwner {
  readonly organizationId: OrganizationId;
  readonly poolId: PoolId;
}

/** $1 VSYS, $2 organization, $3 pool, $4 instant, $5 spec. */
const COMMON_COLUMNS = 'id, vsys_id, organization_id, created_at';
const COMMON_VALUES = '$1, $2, $4::timestamptz';

/** Rewrites a row only when it differs; a part that was gone comes back as planned. */
function upsert(table: string, columns: readonly string[], source: string, alsoSet = ''): string {
  const set = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  const present = columns.map((column) => `t.${column}`).join(', ');
  const wanted = columns.map((column) => `excluded.${column}`).join(', ');
  return `${table}_written AS (
    INSERT INTO ${table} AS t (${COMMON_COLUMNS}, ${columns.join(', ')}) ${source}
    ON CONFLICT (id) DO UPDATE SET ${set}, ${alsoSet} wanted = TRUE, gone_at = NULL, released_at = NULL,
      state = CASE WHEN t.gone_at IS NULL THEN t.state ELSE 'planned' END
    WHERE NOT t.wanted OR t.gone_at IS NOT NULL OR (${present}) IS DISTINCT FROM (${wanted}))`;
}

/** What a server occupied before the change stays held until the change is reached: by one that stops, too. */
const OCCUPIED = `t.wanted_power IN ('running', 'paused')`;

const SERVERS = upsert(
  'vserver',
  [
    'name',
    'role',
    'kind',
    'type',
    'vcpus',
    'memory_mib',
    'image',
    'system_disk_gib',
    'system_sr',
    'system_disk_class',
    'rescue',
    'headroom_vcpus',
    'headroom_memory_mib',
    'wanted_power',
  ],
  `SELECT s.id, ${COMMON_VALUES}, s.name, s.role, s.kind, s.type, s.vcpus, s."memoryMiB", s.image, s."systemDiskGiB",
     s."systemSr", s."systemDiskClass", s.rescue->>'image', (s.headroom->>'vcpus')::integer,
     (s.headroom->>'memoryMiB')::integer, s.power
   FROM jsonb_to_recordset($5::jsonb->'servers') AS s(id text, name text, role text, kind text, type text,
     vcpus integer, "memoryMiB" integer, image text, "systemDiskGiB" integer, "systemSr" uuid,
     "systemDiskClass" text, rescue jsonb, headroom jsonb, power text)`,
  `held_vcpus = greatest(t.held_vcpus, CASE WHEN ${OCCUPIED} THEN t.vcpus ELSE 0 END),
   held_memory_mib = greatest(t.held_memory_mib, CASE WHEN ${OCCUPIED} THEN t.memory_mib ELSE 0 END),`,
);
const NETS = upsert(
  'vnet',
  ['name', 'pool_id', 'kind', 'vlan', 'mtu', 'cidr', 'range6', 'auto_range'],
  `SELECT n.id, ${COMMON_VALUES}, n.name, $3::uuid, coalesce(n.kind, 'vlan'), n.vlan, coalesce(n.mtu, ${USUAL_MTU}), n.cidr, n.range6,
     coalesce(n."autoRange", FALSE)
   FROM jsonb_to_recordset($5::jsonb->'nets')
     AS n(id text, name text, kind text, vlan integer, mtu integer, cidr cidr, range6 cidr,
       "autoRange" boolean)`,
);
const DISKS = upsert(
  'vdisk',
  ['name', 'size_gib', 'disk_class', 'priority', 'sr', 'vserver_id'],
  `SELECT d.id, ${COMMON_VALUES}, d.name, d."sizeGiB", d."diskClass", d.priority, d.sr, d.server
   FROM jsonb_to_recordset($5::jsonb->'disks')
     AS d(id text, name text, "sizeGiB" integer, "diskClass" text, priority integer, sr uuid, server text)`,
);
const NICS = upsert(
  'nic',
  ['vserver_id', 'vnet_id', 'zone_id', 'mac', 'ipv4', 'ipv6', 'device'],
  `SELECT n.id, ${COMMON_VALUES}, s->>'id', nullif(n.net, '${EXTERNAL_NET}'),
     CASE n.net WHEN '${EXTERNAL_NET}' THEN (SELECT zone_id FROM pool WHERE id = $3::uuid) END,
     n.mac, n.ipv4, n.ipv6, n.device
   FROM jsonb_array_elements($5::jsonb->'servers') AS s,
     jsonb_to_recordset(s->'nics') AS n(id text, net text, mac macaddr, ipv4 inet, ipv6 inet, device integer)`,
);
const PUBLIC_IPS = upsert(
  'public_ip',
  ['name', 'address', 'vserver_id', 'allocation_id'],
  `SELECT p.id, ${COMMON_VALUES}, p.name, p.address, p.server, p.allocation
   FROM jsonb_to_recordset($5::jsonb->'publicIps')
     AS p(id text, name text, address inet, server text, allocation uuid)`,
);
const SNAPSHOTS = upsert(
  'snapshot',
  ['name', 'servers', 'with_memory'],
  `SELECT x.id, ${COMMON_VALUES}, x.name, x.servers, x."withMemory"
   FROM jsonb_to_recordset($5::jsonb->'snapshots') AS x(id text, name text, servers text[], "withMemory" boolean)`,
);
const BACKUPS = upsert(
  'backup',
  ['name', 'source', 'source_name', 'size_gib', 'sr', 'outlives', 'placed'],
  `SELECT b.id, ${COMMON_VALUES}, b.name, b.source, coalesce((SELECT p->>'name'
       FROM jsonb_array_elements(($5::jsonb->'servers') || ($5::jsonb->'disks')) AS p WHERE p->>'id' = b.source),
     (SELECT k.source_name FROM backup k WHERE k.id = b.id), b.source), b."sizeGiB", b.sr, coalesce(b.outlives, FALSE),
     coalesce(b.placed, 'same-storage')
   FROM jsonb_to_recordset($5::jsonb->'backups') AS b(id text, name text, source text, "sizeGiB" integer, sr uuid,
     outlives boolean, placed text)`,
);
const ADDRESSES = `addresses_taken AS (
    UPDATE public_address a SET vsys_id = $1, public_ip_id = p.id
    FROM jsonb_to_recordset($5::jsonb->'publicIps') AS p(id text, address inet, allocation uuid)
    WHERE a.address = p.address AND (a.vsys_id IS NULL OR a.public_ip_id = p.id)
      AND a.allocation_id IS NOT DISTINCT FROM p.allocation
    RETURNING a.address)`;
const WRITE_PARTS = `
WITH ${[SERVERS, NETS, DISKS, NICS, PUBLIC_IPS, SNAPSHOTS, BACKUPS, ADDRESSES].join(',\n')}
SELECT count(*) AS taken FROM addresses_taken`;

/**
 * Parts that the spec no longer has stay reserved until they are gone and the spec is reached. NICs that will get
 * another address give theirs up first, so that two of them can change places.
 */
const UNWANT = `
WITH ${['vserver', 'vdisk', 'vnet', 'public_ip', 'snapshot', 'backup']
  .map(
    (table) => `${table}_unwanted AS (
    UPDATE ${table} SET wanted = FALSE WHERE vsys_id = $1 AND wanted AND id <> ALL($2::text[]))`,
  )
  .join(',\n')},
nic_unwanted AS (
  UPDATE nic t SET wanted = FALSE WHERE vsys_id = $1 AND wanted AND NOT EXISTS (
    SELECT FROM jsonb_to_recordset($3::jsonb) AS n(id text, net text, ipv4 inet)
    WHERE n.id = t.id AND n.net = coalesce(t.vnet_id, '${EXTERNAL_NET}') AND n.ipv4 = t.ipv4))
SELECT`;

/**
 * Makes the rows of parts agree with the spec. Throws `conflict` (retry same) when an address, VLAN or MAC of the spec
 * is held by somebody else.
 */
export async function writeSpecParts(
  session: Session,
  owner: SpecOwner,
  spec: VsysSpec,
  at: Date,
): Promise<void> {
  const wanted: VsysSpec =
    spec.presence === 'present'
      ? spec
      : { ...spec, nets: [], servers: [], disks: [], publicIps: [], snapshots: [] };
  if (spec.generation > 1) await unwantOthers(session, wanted);
  if (spec.presence === 'absent') {
    await keepBackups(session, wanted);
    return;
  }
  const parameters = [spec.vsysId, owner.organizationId, owner.poolId, at, JSON.stringify(wanted)];
  const written = await session.first<{ taken: number }>(WRITE_PARTS, parameters);
  requireAddresses(wanted, written?.taken ?? 0);
  await wakeAgents(session, wanted);
}

/** Of appliances: by a change as by a roll-back. */
async function wakeAgents(session: Session, { servers }: VsysSpec): Promise<void> {
  for (const { id, efm } of servers) if (efm !== undefined) await session.hint('openvsys_efm', id);
}

/** All that an absent system still wants are back-ups that outlive it. */
async function keepBackups(session: Session, { vsysId, backups = [] }: VsysSpec): Promise<void> {
  if (backups.length === 0) return;
  const ids = backups.map(({ id }) => id);
  await session.change(
    'UPDATE backup SET outlives = TRUE WHERE vsys_id = $1 AND id = ANY($2::text[]) AND NOT outlives',
    [vsysId, ids],
  );
}

async function unwantOthers(session: Session, wanted: VsysSpec): Promise<void> {
  const { servers, disks, nets, publicIps, snapshots = [], backups = [] } = wanted;
  const ids = [...servers, ...disks, ...nets, ...publicIps, ...snapshots, ...backups].map(({ id }) => id);
  const nics = servers.flatMap(({ nics: ofServer }) => ofServer);
  await session.rows(UNWANT, [wanted.vsysId, ids, JSON.stringify(nics)]);
}

function requireAddresses(spec: VsysSpec, taken: number): void {
  if (taken === spec.publicIps.length) return;
  throw new DomainError('conflict', 'A public address of the VSYS is held by somebody else.', {
    retry: 'same',
    remedy: 'Repeat the request; another address will be picked.',
    details: { wanted: spec.publicIps.length, taken },
  });
}
