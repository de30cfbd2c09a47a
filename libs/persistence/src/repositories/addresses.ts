/**
 * VLANs, public addresses and MACs for a spec in the making. Each is given out by the database so that two admissions
 * at once never get the same; unique indexes prove it once more when the parts are written.
 *
 * Nobody waits for what another one is just taking: it is left aside, by a lock on its row or, where there is none, on its
 * number. Who runs beside others may have looked before one of them ended, so it looks once more at what it has locked.
 */
import { DomainError, type PoolId, type UplinkSupply } from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { Company } from './reads/capacity.reads.js';

/** First keys of the advisory locks on VLANs and on addresses of appliances that are being given out. */
const VLAN_LOCK = 7_266_861;
const UPLINK_LOCK = 7_266_862;
/** Each look misses only what ended during the one before; more of them hide a defect. */
const LOOKS = 8;

const LOWEST_FREE_VLANS = `
SELECT n AS vlan FROM (
  SELECT n FROM pool p, generate_series(p.vlan_first, p.vlan_last) AS n
  WHERE p.id = $1::uuid
    AND NOT EXISTS (SELECT FROM vnet t WHERE t.pool_id = p.id AND t.vlan = n AND t.released_at IS NULL)
  ORDER BY n OFFSET 0) AS free
WHERE pg_try_advisory_xact_lock(${VLAN_LOCK}, hashtext($1::text || ' ' || n)) LIMIT $2`;
const COUNT_TAKEN_VLANS = `
SELECT count(*) AS taken FROM vnet WHERE pool_id = $1::uuid AND vlan = ANY($2::integer[]) AND released_at IS NULL`;

const FREE_ADDRESSES = `
SELECT host(address) AS address FROM public_address
WHERE zone_id = $1 AND vsys_id IS NULL AND allocation_id IS NULL ORDER BY public_address.address LIMIT $2 FOR UPDATE SKIP LOCKED`;

const NEXT_MACS = `SELECT nextval('mac_number')::integer AS n FROM generate_series(1, $1)`;

/** 02:6f:76: bit 1 of the first byte marks locally administered addresses (IEEE 802); 6f 76 is “ov”. */
const MAC_PREFIX = '02:6f:76';

/**
 * The lowest `count` free VLANs of the pool, reserved once their VNets are written. The caller holds `lockPlaces` or
 * `sharePlaces` of the pool's zone. Throws `address-exhausted`.
 */
export async function pickVlans(
  session: Session,
  pool: PoolId,
  count: number,
  company: Company = 'alone',
): Promise<readonly number[]> {
  if (count === 0) return [];
  return untilFree(company, {
    async look() {
      const rows = await session.rows<{ vlan: number }>(LOWEST_FREE_VLANS, [pool, count]);
      if (rows.length < count) throw exhausted('VLANs', 'pool', count, rows.length);
      return rows.map(({ vlan }) => vlan);
    },
    isTaken: async (vlans) => isTaken(session, COUNT_TAKEN_VLANS, [pool, vlans]),
  });
}

interface Pick<One> {
  /** Locks what it answers. */
  look(): Promise<readonly One[]>;
  /** Asked with everything locked: nobody else can take it any more. */
  isTaken(picked: readonly One[]): Promise<boolean>;
}

async function untilFree<One>(company: Company, pick: Pick<One>): Promise<readonly One[]> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const picked = await pick.look();
    if (company === 'alone' || !(await pick.isTaken(picked))) return picked;
  }
  throw new DomainError('conflict', 'Everything that was free has just been taken by others.', {
    retry: 'same',
    remedy: 'Repeat the request.',
  });
}

async function isTaken(session: Session, count: string, parameters: readonly unknown[]): Promise<boolean> {
  const row = await session.first<{ taken: number }>(count, parameters);
  return (row?.taken ?? 0) > 0;
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

const TRY_UPLINK = `pg_try_advisory_xact_lock(${UPLINK_LOCK}, hashtext($1::text || ' ' || m))`;
/** What the appliances of the zone hold of its range, as distance from its first address. */
const HELD = `
SELECT n.ipv4 - host(network(z.appliance_range))::inet AS n FROM nic n
WHERE n.zone_id = z.id AND n.released_at IS NULL AND n.ipv4 << z.appliance_range`;
/** The last address of a range is not given out. */
const END = `(2 ^ (32 - masklen(z.appliance_range)))::bigint - 1`;
/** Those after the highest that is held, when there are enough of them; with as many more as others may just be taking. */
const AHEAD = 64;
const NEXT_APPLIANCE_ADDRESSES = `
SELECT host(network(z.appliance_range)::inet + m) AS address FROM zone z, LATERAL (
  SELECT last.n + i AS m FROM (SELECT coalesce(max(n), 1) AS n FROM (${HELD}) AS held) AS last,
    generate_series(1, $2::integer + ${AHEAD}) AS i WHERE last.n + i < ${END} ORDER BY i OFFSET 0) AS free
WHERE z.id = $1::uuid AND ${TRY_UPLINK} LIMIT $2`;
/** In the gaps between those that are held, lowest first: only when the end of the range was reached. */
const FREE_APPLIANCE_ADDRESSES = `
SELECT host(network(z.appliance_range)::inet + m) AS address FROM zone z, LATERAL (
  SELECT n + generate_series(1, room) AS m FROM (
    SELECT n, lead(n, 1, ${END}) OVER (ORDER BY n) - n - 1 AS room FROM (
      SELECT 1::bigint AS n UNION ALL ${HELD}) AS held) AS gap
  WHERE room > 0 OFFSET 0) AS free
WHERE z.id = $1::uuid AND ${TRY_UPLINK} LIMIT $2`;
const COUNT_TAKEN_UPLINKS = `
SELECT count(*) AS taken FROM nic WHERE zone_id = $1::uuid AND ipv4 = ANY($2::inet[]) AND released_at IS NULL`;
const APPLIANCE_NET = `
SELECT appliance_range::text AS cidr, host(network(appliance_range)::inet + 1) AS gateway FROM zone WHERE id = $1::uuid`;

/**
 * The way out of the zone's appliances, and `count` addresses for new ones, held once their NICs are written. The caller holds
 * `lockPlaces` or `sharePlaces` of the zone. The first address of the range is the gateway. Throws `address-exhausted`.
 */
export async function pickUplink(
  session: Session,
  zoneId: string,
  count: number,
  company: Company = 'alone',
): Promise<UplinkSupply> {
  const net = await session.first<Omit<UplinkSupply, 'applianceAddresses'>>(APPLIANCE_NET, [zoneId]);
  if (net === undefined) throw new DomainError('not-found', 'There is no such zone.');
  if (count === 0) return { ...net, applianceAddresses: [] };
  const applianceAddresses = await untilFree(company, {
    look: async () => lookForUplinks(session, zoneId, count),
    isTaken: async (addresses) => isTaken(session, COUNT_TAKEN_UPLINKS, [zoneId, addresses]),
  });
  return { ...net, applianceAddresses };
}

async function lookForUplinks(session: Session, zoneId: string, count: number): Promise<readonly string[]> {
  const parameters = [zoneId, count];
  const next = await session.rows<{ address: string }>(NEXT_APPLIANCE_ADDRESSES, parameters);
  const found =
    next.length === count
      ? next
      : await session.rows<{ address: string }>(FREE_APPLIANCE_ADDRESSES, parameters);
  if (found.length < count) throw exhausted('addresses for appliances', 'zone', count, found.length);
  return found.map(({ address }) => address);
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
