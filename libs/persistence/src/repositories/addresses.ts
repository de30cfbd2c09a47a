/**
 * VLANs, public addresses and MACs for a spec in the making. Each is given out by the database so that two admissions
 * at once never get the same; unique indexes prove it once more when the parts are written.
 */
import { DomainError, type PoolId, type UplinkSupply } from '@openvsys/vsys';
import type { Session } from '../session.js';

const LOWEST_FREE_VLANS = `
SELECT n AS vlan FROM pool p, generate_series(p.vlan_first, p.vlan_last) AS n
WHERE p.id = $1::uuid
  AND NOT EXISTS (SELECT FROM vnet t WHERE t.pool_id = p.id AND t.vlan = n AND t.released_at IS NULL)
ORDER BY n LIMIT $2`;

const FREE_ADDRESSES = `
SELECT host(address) AS address FROM public_address
WHERE zone_id = $1 AND vsys_id IS NULL AND allocation_id IS NULL ORDER BY public_address.address LIMIT $2 FOR UPDATE SKIP LOCKED`;

const NEXT_MACS = `SELECT nextval('mac_number')::integer AS n FROM generate_series(1, $1)`;

/** 02:6f:76: bit 1 of the first byte marks locally administered addresses (IEEE 802); 6f 76 is “ov”. */
const MAC_PREFIX = '02:6f:76';

/**
 * The lowest `count` free VLANs of the pool, reserved once their VNets are written. The caller holds `lockPlaces` of the
 * pool's zone; without it two callers would pick the same and one would fail by the unique index. Throws `address-exhausted`.
 */
export async function pickVlans(session: Session, pool: PoolId, count: number): Promise<readonly number[]> {
  if (count === 0) return [];
  const rows = await session.rows<{ vlan: number }>(LOWEST_FREE_VLANS, [pool, count]);
  if (rows.length < count) throw exhausted('VLANs', 'pool', count, rows.length);
  return rows.map(({ vlan }) => vlan);
}

/** `count` free public addresses of the zone, locked until the transaction ends. Throws `address-exhausted`. */
export async function pickPublicAddresses(
  session: Session,
  zoneId: string,
  count: number,
): Promise<readonly string[]> {
  if (count === 0) return [];
  const rows = await session.rows<{ address: string }>(FREE_ADDRESSES, [zoneId, count]);
  if (rows.length < count) throw exhausted('public addresses', 'zone', count, rows.length);
  return rows.map(({ address }) => address);
}

/** The address after the highest that is held, when there are enough of them. */
const NEXT_APPLIANCE_ADDRESSES = `
SELECT host(z.appliance_range + last.n + i) AS address
FROM zone z,
  LATERAL (SELECT coalesce(max(n.ipv4) - host(network(z.appliance_range))::inet, 1) AS n FROM nic n
           WHERE n.zone_id = z.id AND n.released_at IS NULL) AS last,
  generate_series(1, $2::integer) AS i
WHERE z.id = $1::uuid AND last.n + i < 2 ^ (32 - masklen(z.appliance_range)) - 1 ORDER BY i`;
/** Looks at the whole range: only when its end was reached. */
const FREE_APPLIANCE_ADDRESSES = `
SELECT host(z.appliance_range + i) AS address
FROM zone z, generate_series(2, (2 ^ (32 - masklen(z.appliance_range)))::bigint - 2) AS i
WHERE z.id = $1::uuid AND NOT EXISTS (SELECT FROM nic n WHERE n.zone_id = z.id AND n.released_at IS NULL
  AND n.ipv4 = host(z.appliance_range + i)::inet) ORDER BY i LIMIT $2`;
const APPLIANCE_NET = `
SELECT appliance_range::text AS cidr, host(network(appliance_range)::inet + 1) AS gateway FROM zone WHERE id = $1::uuid`;

/**
 * The way out of the zone's appliances, and `count` addresses for new ones, held once their NICs are written. The caller holds
 * `lockPlaces` of the zone. The first address of the range is the gateway. Throws `address-exhausted`.
 */
export async function pickUplink(session: Session, zoneId: string, count: number): Promise<UplinkSupply> {
  const net = await session.first<Omit<UplinkSupply, 'applianceAddresses'>>(APPLIANCE_NET, [zoneId]);
  if (net === undefined) throw new DomainError('not-found', 'There is no such zone.');
  if (count === 0) return { ...net, applianceAddresses: [] };
  const next = await session.rows<{ address: string }>(NEXT_APPLIANCE_ADDRESSES, [zoneId, count]);
  const found =
    next.length === count
      ? next
      : await session.rows<{ address: string }>(FREE_APPLIANCE_ADDRESSES, [zoneId, count]);
  if (found.length < count) throw exhausted('addresses for appliances', 'zone', count, found.length);
  return { ...net, applianceAddresses: found.map(({ address }) => address) };
}

/** `count` MAC addresses that were never used before. */
export async function nextMacs(session: Session, count: number): Promise<readonly string[]> {
  if (count === 0) return [];
  const rows = await session.rows<{ n: number }>(NEXT_MACS, [count]);
  return rows.map(({ n }) => macOf(n));
}

/** Adds addresses to a zone; those that are there already stay as they are. Returns how many were new. */
export async function addPublicAddresses(
  session: Session,
  zoneId: string,
  addresses: readonly string[],
): Promise<number> {
  return session.change(
    `INSERT INTO public_address (address, zone_id) SELECT a, $1 FROM unnest($2::inet[]) AS a
     ON CONFLICT (address) DO NOTHING`,
    [zoneId, addresses],
  );
}

function macOf(n: number): string {
  const digits = n.toString(16).padStart(6, '0');
  return `${MAC_PREFIX}:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4, 6)}`;
}

function exhausted(what: string, where: string, wanted: number, free: number): DomainError {
  return new DomainError(
    'address-exhausted',
    `The ${where} has ${free} free ${what}, ${wanted} are needed.`,
    {
      remedy: 'Ask the provider for more, or delete systems that are not needed.',
      details: { wanted, free },
    },
  );
}
