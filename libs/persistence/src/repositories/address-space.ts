/** Ranges of VNets: the address space of a VDC, and what of it is free. */
import {
  DEFAULT_ADDRESS_SPACE,
  DEFAULT_REUSE_MINUTES,
  freeRanges,
  type OrganizationId,
  type VdcId,
} from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface NetworkSettings {
  readonly addressSpace: readonly string[];
  /** 0: an address is given again at once. */
  readonly reuseMinutes: number;
}

/** The VDC must have been read within the caller's scope. */
export async function getNetworkSettings(session: Session, vdcId: VdcId): Promise<NetworkSettings> {
  const row = await session.first<NetworkSettings>(
    'SELECT address_space AS "addressSpace", reuse_minutes AS "reuseMinutes" FROM vdc_settings WHERE vdc_id = $1',
    [vdcId],
  );
  return row ?? { addressSpace: DEFAULT_ADDRESS_SPACE, reuseMinutes: DEFAULT_REUSE_MINUTES };
}

/** For ranges and addresses that are given from now on. The VDC must have been read within the caller's scope. */
export async function setNetworkSettings(
  session: Session,
  vdcId: VdcId,
  { addressSpace, reuseMinutes }: NetworkSettings,
): Promise<void> {
  await session.change(
    `INSERT INTO vdc_settings (vdc_id, bin_hours, address_space, reuse_minutes) VALUES ($1, 0, $2, $3)
     ON CONFLICT (vdc_id) DO UPDATE SET address_space = excluded.address_space, reuse_minutes = excluded.reuse_minutes`,
    [vdcId, addressSpace, reuseMinutes],
  );
}

export interface RangeWish {
  readonly organizationId: OrganizationId;
  readonly vdcId: VdcId;
  readonly zoneId: string;
  readonly prefixes: readonly number[];
  /** Written down in the same design. */
  readonly written: readonly string[];
}

/** First key of the advisory locks that let the ranges of one organization be chosen one after the other. */
const RANGE_LOCK = 7_266_863;

/**
 * Ranges that no network of the organization has, nor the appliances of the zone; theirs once the VNets are written, where an
 * exclusion constraint proves it; in a transaction nobody else chooses for the organization until it ends. Throws `address-exhausted`.
 */
export async function pickRanges(session: Session, wish: RangeWish): Promise<readonly string[]> {
  if (wish.prefixes.length === 0) return [];
  await session.rows(`SELECT pg_advisory_xact_lock(${RANGE_LOCK}, hashtext($1::text))`, [
    wish.organizationId,
  ]);
  const { addressSpace } = await getNetworkSettings(session, wish.vdcId);
  const taken = await session.rows<{ cidr: string }>(
    `SELECT DISTINCT cidr::text AS cidr FROM vnet WHERE organization_id = $1 AND released_at IS NULL
     UNION SELECT appliance_range::text FROM zone WHERE id = $2`,
    [wish.organizationId, wish.zoneId],
  );
  return freeRanges(addressSpace, [...taken.map(({ cidr }) => cidr), ...wish.written], wish.prefixes);
}
