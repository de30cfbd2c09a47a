/** Parts of VSYS as lists show them; closed parts (gone) are history and not listed. */
import type { PartState, Scope, ServerKind, VNetId, VNetKind, VsysId, WantedPower } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import { pageOf, type Page, type PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';

interface PartRecord {
  readonly id: string;
  readonly vsysId: VsysId;
  readonly name: string;
  readonly state: PartState;
  readonly reason: string | null;
}

export interface NicRecord {
  readonly id: string;
  readonly device: number;
  /** Null: the external network, by which an appliance reaches the outside. */
  readonly vnetId: string | null;
  readonly mac: string;
  readonly ipv4: string;
  /** Null: its network has no IPv6. */
  readonly ipv6: string | null;
  readonly state: PartState;
}

export interface VServerRecord extends PartRecord {
  readonly kind: ServerKind;
  readonly role: string;
  readonly type: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly image: string;
  readonly systemDiskGiB: number;
  readonly power: WantedPower;
  /** Template of the image that it runs for a while; null: its own system. */
  readonly rescue: string | null;
  readonly headroomVcpus: number | null;
  readonly headroomMemoryMiB: number | null;
  readonly host: string | null;
  /** When it was made anew because the pool had lost it. */
  readonly contentsLostAt: Date | null;
  readonly nics: NicRecord[];
}

export interface VDiskRecord extends PartRecord {
  readonly sizeGiB: number;
  readonly vserverId: string | null;
  /** 0 comes first, 7 last; null: as the storage has it. */
  readonly priority: number | null;
  readonly contentsLostAt: Date | null;
}

export interface VNetRecord extends PartRecord {
  readonly cidr: string;
  /** IPv6 network; null: none. */
  readonly range6: string | null;
  /** It was chosen from the address space of the VDC. */
  readonly autoRange: boolean;
  readonly kind: VNetKind;
  /** Null: its kind needs none. */
  readonly vlan: number | null;
  readonly mtu: number;
}

export interface PublicIpRecord extends PartRecord {
  /** The address belongs to the VDC; null: it goes with the system. */
  readonly allocationId: string | null;
  readonly address: string;
  readonly vserverId: string | null;
}

export interface SnapshotRecord extends PartRecord {
  readonly servers: readonly string[];
  readonly withMemory: boolean;
  /** Null: not taken yet. */
  readonly sizeGiB: number | null;
  readonly pausedMs: number | null;
  readonly createdAt: Date;
}

export interface PartFilter {
  readonly vsysId?: VsysId | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly state?: PartState | undefined;
  /** `wanted`: without those that are being removed. */
  readonly which?: 'wanted' | undefined;
}

type ListOf<Row> = (
  session: Session,
  scope: Scope,
  filter: PartFilter,
  page: PageRequest,
) => Promise<Page<Row>>;

const KEY: ListKey = { name: 'parts', columns: [{ column: 'p.id', type: 'text' }], direction: 'ascending' };
const PART = `p.id, p.vsys_id AS "vsysId", p.name, p.state, p.reason`;
/** Rows without names and as they come: `jsonb_agg` of sorted objects takes as long as all else of a page. */
const NICS = `(SELECT json_agg(json_build_array(n.id, n.device, n.vnet_id, n.mac, host(n.ipv4), n.state, host(n.ipv6)))
    FROM nic n WHERE n.vserver_id = p.id AND n.gone_at IS NULL) AS nics`;
type NicRow = readonly [string, number, string | null, string, string, PartState, string | null];

function nicsOf(rows: readonly NicRow[] | null): NicRecord[] {
  return (rows ?? [])
    .map(([id, device, vnetId, mac, ipv4, state, ipv6]) => ({ id, device, vnetId, mac, ipv4, ipv6, state }))
    .toSorted((a, b) => a.device - b.device);
}

const TABLES = {
  vserver: `${PART}, p.kind, p.role, p.type, p.vcpus, p.memory_mib AS "memoryMiB", p.image,
    p.system_disk_gib AS "systemDiskGiB", p.wanted_power AS power, p.rescue, p.headroom_vcpus AS "headroomVcpus",
    p.headroom_memory_mib AS "headroomMemoryMiB", p.host, p.contents_lost_at AS "contentsLostAt", ${NICS}`,
  vdisk: `${PART}, p.size_gib AS "sizeGiB", p.vserver_id AS "vserverId", p.priority, p.contents_lost_at AS "contentsLostAt"`,
  vnet: `${PART}, p.cidr::text AS cidr, p.range6::text AS range6, p.auto_range AS "autoRange", p.kind, p.vlan, p.mtu`,
  public_ip: `${PART}, host(p.address) AS address, p.allocation_id AS "allocationId", p.vserver_id AS "vserverId"`,
  snapshot: `${PART}, p.servers, p.with_memory AS "withMemory", p.size_gib AS "sizeGiB", p.paused_ms AS "pausedMs",
    p.created_at AS "createdAt"`,
} as const;

async function listParts<Row extends PartRecord>(
  session: Session,
  scope: Scope,
  table: keyof typeof TABLES,
  filter: PartFilter,
  page: PageRequest,
): Promise<Page<Row>> {
  const where = new Filter()
    .only('p.gone_at IS NULL')
    .andWhen('p.organization_id = ?', scope.organizationId)
    .andWhen('p.vsys_id IN (SELECT v.id FROM vsys v WHERE v.vdc_id = ANY(?::uuid[]))', scope.vdcIds)
    .andWhen('p.vsys_id = ?', filter.vsysId)
    .andWhen('p.id = ?', filter.id)
    .andWhen('p.name = ?', filter.name)
    .andWhen('p.state = ?', filter.state)
    .after({ ...KEY, name: table }, page);
  if (filter.which === 'wanted') where.only('p.wanted');
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<Row>(
    `SELECT ${TABLES[table]} FROM ${table} p WHERE ${where.text} ORDER BY p.id LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf(table, page, rows, ({ id }) => [id]);
}

type VServerRow = Omit<VServerRecord, 'nics'> & { readonly nics: readonly NicRow[] | null };
export const listVServers: ListOf<VServerRecord> = async (session, scope, filter, page) => {
  const { items, nextCursor } = await listParts<VServerRow>(session, scope, 'vserver', filter, page);
  return { items: items.map((server) => ({ ...server, nics: nicsOf(server.nics) })), nextCursor };
};
export const listVDisks: ListOf<VDiskRecord> = async (session, scope, filter, page) =>
  listParts(session, scope, 'vdisk', filter, page);
export const listVNets: ListOf<VNetRecord> = async (session, scope, filter, page) =>
  listParts(session, scope, 'vnet', filter, page);
export const listSnapshots: ListOf<SnapshotRecord> = async (session, scope, filter, page) =>
  listParts(session, scope, 'snapshot', filter, page);
export const listPublicIps: ListOf<PublicIpRecord> = async (session, scope, filter, page) =>
  listParts(session, scope, 'public_ip', filter, page);

/** Addresses of NICs that are on their way out: free only when they are gone. For a VSYS that was locked with a scope. */
export async function listAddressesInUse(
  session: Session,
  vsys: VsysId,
): Promise<readonly { readonly net: VNetId; readonly ipv4: string }[]> {
  return session.rows(
    `SELECT n.vnet_id AS net, host(n.ipv4) AS ipv4 FROM nic n
      WHERE n.vsys_id = $1 AND NOT n.wanted AND n.gone_at IS NULL AND n.vnet_id IS NOT NULL`,
    [vsys],
  );
}

export interface PartStateRecord {
  readonly id: string;
  readonly kind: 'vserver' | 'vdisk' | 'vnet' | 'nic' | 'public-ip' | 'snapshot' | 'backup';
  /** A NIC has its server's name. */
  readonly name: string;
  readonly state: PartState;
  readonly reason: string | null;
}

const statesOf = (table: string, kind: PartStateRecord['kind']): string =>
  `SELECT p.id, '${kind}' AS kind, p.name, p.state, p.reason FROM ${table} p
      WHERE p.vsys_id = $1 AND (p.gone_at IS NULL OR p.released_at IS NULL OR p.gone_at >= (SELECT since FROM last))`;

/**
 * The states of all parts of a VSYS, those among them that went since its last operation began. For a VSYS of which an
 * operation was read with the caller's scope.
 */
export async function listPartStates(session: Session, vsys: VsysId): Promise<readonly PartStateRecord[]> {
  return session.rows<PartStateRecord>(
    `WITH last AS (SELECT max(created_at) AS since FROM operation WHERE vsys_id = $1)
     ${statesOf('vserver', 'vserver')} UNION ALL ${statesOf('vdisk', 'vdisk')} UNION ALL ${statesOf('vnet', 'vnet')}
     UNION ALL ${statesOf('public_ip', 'public-ip')} UNION ALL ${statesOf('snapshot', 'snapshot')}
     UNION ALL ${statesOf('backup', 'backup')}
     UNION ALL SELECT n.id, 'nic', s.name, n.state, n.reason FROM nic n JOIN vserver s ON s.id = n.vserver_id
      WHERE n.vsys_id = $1 AND (n.gone_at IS NULL OR n.gone_at >= (SELECT since FROM last))
     ORDER BY id`,
    [vsys],
  );
}
