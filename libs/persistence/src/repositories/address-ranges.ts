/** Public addresses of a zone as the provider sees them: runs of addresses that follow each other, and their use. */
import { DomainError } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface AddressRange {
  readonly first: string;
  readonly last: string;
  readonly total: number;
  /** Nobody has them. */
  readonly free: number;
  /** Belong to a VDC, attached to a system or not. */
  readonly allocated: number;
  /** Systems answer at them. */
  readonly attached: number;
}

/** In the order of the addresses. */
const RANGES = `
SELECT host(min(address)) AS first, host(max(address)) AS last, count(*)::integer AS total,
  (count(*) FILTER (WHERE vsys_id IS NULL AND allocation_id IS NULL))::integer AS free,
  (count(*) FILTER (WHERE allocation_id IS NOT NULL))::integer AS allocated,
  (count(*) FILTER (WHERE vsys_id IS NOT NULL))::integer AS attached
FROM (SELECT *, address - row_number() OVER (ORDER BY address) AS run FROM public_address WHERE zone_id = $1) AS numbered
GROUP BY run ORDER BY min(address)`;

export async function listAddressRanges(session: Session, zoneId: string): Promise<readonly AddressRange[]> {
  return session.rows<AddressRange>(RANGES, [zoneId]);
}

const BETWEEN = 'address BETWEEN $2::inet AND $3::inet';

/** Those that another zone has are refused. Answers how many are new. Throws `conflict`. */
export async function addAddressRange(
  session: Session,
  zoneId: string,
  first: string,
  last: string,
): Promise<number> {
  const [foreign] = await session.rows<{ address: string }>(
    `SELECT host(address) AS address FROM public_address WHERE zone_id <> $1 AND ${BETWEEN} LIMIT 1`,
    [zoneId, first, last],
  );
  if (foreign !== undefined)
    throw new DomainError('conflict', `${foreign.address} belongs to another zone.`, { pointer: '/first' });
  return session.change(
    `INSERT INTO public_address (address, zone_id)
     SELECT $2::inet + i, $1 FROM generate_series(0, $3::inet - $2::inet) AS i ON CONFLICT (address) DO NOTHING`,
    [zoneId, first, last],
  );
}

/** All or nothing. Throws `conflict` while somebody has one of them, `not-found` when there are none. */
export async function removeAddressRange(
  session: Session,
  zoneId: string,
  first: string,
  last: string,
): Promise<number> {
  const [used] = await session.rows<{ address: string }>(
    `SELECT host(address) AS address FROM public_address
     WHERE zone_id = $1 AND ${BETWEEN} AND (vsys_id IS NOT NULL OR allocation_id IS NOT NULL) ORDER BY address LIMIT 1`,
    [zoneId, first, last],
  );
  if (used !== undefined)
    throw new DomainError('conflict', `${used.address} is in use.`, {
      remedy: 'Remove the free ones around it, or wait until it is given up.',
    });
  const removed = await session.change(
    `DELETE FROM public_address WHERE zone_id = $1 AND ${BETWEEN} AND vsys_id IS NULL AND allocation_id IS NULL`,
    [zoneId, first, last],
  );
  if (removed > 0) return removed;
  throw new DomainError('not-found', 'The zone has no addresses in this range.');
}
