/**
 * Prices: a version of a list is published as a whole. What is the same as before keeps its row (and so its lines on
 * bills), what differs or is left out ends where the version begins.
 */
import type { Price, PriceMinimum, PriceTier } from '@openvsys/metering';
import { DomainError } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import type { Session } from '../session.js';

export interface PriceRecord extends Price {
  readonly currency: string;
}

/** One price of a version that is to be published. */
export interface PublishedPrice {
  readonly product: string;
  readonly dimension: string;
  readonly amount: string;
  readonly minimum: PriceMinimum;
  readonly tiers: readonly PriceTier[];
}

export interface PriceListVersion {
  readonly id: string;
  readonly currency: string;
  /** Null: for everybody. */
  readonly organizationId: string | null;
  /** 1, 2, 3 … for each currency and organization. */
  readonly version: number;
  readonly validFrom: Date;
  readonly note: string;
  readonly publishedBy: string;
  readonly publishedAt: Date;
}

export interface Publication extends Omit<PriceListVersion, 'id' | 'version'> {
  readonly prices: readonly PublishedPrice[];
}

export const PRICE_COLUMNS = `p.id, p.product, p.dimension, p.currency, p.amount::text AS amount, p.minimum, p.tiers,
  p.organization_id AS "organizationId", p.valid_from AS "validFrom", p.valid_to AS "validTo"`;

/** Of which prices: everybody's in a currency, and those of the organization itself when one is named. */
export interface PriceFilter {
  readonly currency: string;
  readonly organizationId: string | null;
}

/** Prices that are valid at some moment of [from, to). `effectivePrices` says which of them count. */
export async function listPricesBetween(
  session: Session,
  filter: PriceFilter,
  from: Date,
  to: Date,
): Promise<readonly PriceRecord[]> {
  return session.rows<PriceRecord>(
    `SELECT ${PRICE_COLUMNS} FROM price p WHERE p.currency = $1 AND p.valid_from < $3
       AND (p.valid_to IS NULL OR p.valid_to > $2) AND (p.organization_id IS NULL OR p.organization_id = $4)
     ORDER BY p.product, p.dimension, p.valid_from`,
    [filter.currency, from, to, filter.organizationId],
  );
}

/** Prices by their ids, whoever they are for: those that lines of a bill name. */
export async function listPricesById(
  session: Session,
  ids: readonly (string | null)[],
): Promise<readonly PriceRecord[]> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  return session.rows<PriceRecord>(`SELECT ${PRICE_COLUMNS} FROM price p WHERE p.id = ANY($1::uuid[])`, [
    wanted,
  ]);
}

/** Throws `conflict` when a price for a part of the time exists. */
export async function insertPrices(session: Session, prices: readonly PriceRecord[]): Promise<void> {
  await session.change(
    `INSERT INTO price (id, product, dimension, currency, amount, organization_id, minimum, tiers, valid_from, valid_to)
     SELECT p.id, p.product, p.dimension, p.currency, p.amount, p."organizationId", p.minimum, p.tiers, p."validFrom",
       p."validTo"
     FROM jsonb_to_recordset($1::jsonb) AS p(id uuid, product text, dimension text, currency text, amount numeric,
       "organizationId" uuid, minimum text, tiers jsonb, "validFrom" timestamptz, "validTo" timestamptz)`,
    [JSON.stringify(prices)],
  );
}

/** Key of the advisory lock on publishing; any number of our own. */
const PUBLISHING_LOCK = 7_266_841;

const OFFERED = `jsonb_to_recordset($1::jsonb) AS n(product text, dimension text, amount numeric, minimum text, tiers jsonb)`;
const OF_LIST = `p.currency = $2 AND p.organization_id IS NOT DISTINCT FROM $3::uuid`;

const END_REPLACED = `
UPDATE price p SET valid_to = $4 WHERE ${OF_LIST} AND p.valid_to IS NULL AND NOT EXISTS (
  SELECT FROM ${OFFERED} WHERE n.product = p.product AND n.dimension = p.dimension AND n.amount = p.amount
    AND n.minimum = p.minimum AND n.tiers = p.tiers)`;

const START_NEW = `
INSERT INTO price (id, product, dimension, currency, amount, organization_id, version_id, minimum, tiers, valid_from)
SELECT gen_random_uuid(), n.product, n.dimension, $2, n.amount, $3::uuid, $5, n.minimum, n.tiers, $4
FROM ${OFFERED} WHERE NOT EXISTS (
  SELECT FROM price p WHERE ${OF_LIST} AND p.valid_to IS NULL AND p.product = n.product AND p.dimension = n.dimension)`;

/**
 * Publishes a version. Hours that were closed at other prices since then are closed again.
 * Throws `conflict` when a later version exists, or when a bill of the time is closed already.
 */
export async function publishPriceList(
  session: Session,
  publication: Publication,
): Promise<PriceListVersion> {
  const { currency, organizationId, validFrom, prices, ...facts } = publication;
  await session.rows('SELECT pg_advisory_xact_lock($1)', [PUBLISHING_LOCK]);
  const last = await session.first<{ version: number; validFrom: Date }>(
    `SELECT version, valid_from AS "validFrom" FROM price_list_version
     WHERE currency = $1 AND organization_id IS NOT DISTINCT FROM $2::uuid ORDER BY version DESC LIMIT 1`,
    [currency, organizationId],
  );
  if (last !== undefined && last.validFrom >= validFrom) throw laterVersion(last.version, last.validFrom);
  const version: PriceListVersion = {
    id: uuidv7(),
    currency,
    organizationId,
    version: (last?.version ?? 0) + 1,
    validFrom,
    ...facts,
  };
  await insertVersion(session, version);
  const offered = JSON.stringify(prices);
  await session.change(END_REPLACED, [offered, currency, organizationId, validFrom]);
  await session.change(START_NEW, [offered, currency, organizationId, validFrom, version.id]);
  await session.change(`DELETE FROM closed_hour WHERE hour > $1::timestamptz - interval '1 hour'`, [
    validFrom,
  ]);
  return version;
}

async function insertVersion(session: Session, version: PriceListVersion): Promise<void> {
  const { id, currency, organizationId, validFrom, note, publishedBy, publishedAt } = version;
  await session.change(
    `INSERT INTO price_list_version (id, currency, organization_id, version, valid_from, note, published_by, published_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, currency, organizationId, version.version, validFrom, note, publishedBy, publishedAt],
  );
}

/** The exclusion constraint would refuse it too, with words that help nobody. */
function laterVersion(version: number, validFrom: Date): DomainError {
  return new DomainError(
    'conflict',
    `Version ${version} of the list is valid from ${validFrom.toISOString()}, which is not earlier.`,
    { pointer: '/body/validFrom', remedy: 'Choose a later instant, or withdraw that version first.' },
  );
}

/**
 * Takes back a version that is not valid yet at `now`; what it would have ended goes on.
 * Throws `not-found`, and `conflict` when it is valid already.
 */
export async function withdrawPriceList(session: Session, id: string, now: Date): Promise<PriceListVersion> {
  await session.rows('SELECT pg_advisory_xact_lock($1)', [PUBLISHING_LOCK]);
  const version = await getPriceListVersion(session, id);
  if (version.validFrom <= now) {
    throw new DomainError('conflict', `Version ${version.version} is valid already.`, {
      remedy: 'Publish a new version with the prices that should count.',
    });
  }
  await session.change('DELETE FROM price WHERE version_id = $1', [id]);
  await session.change(
    `UPDATE price p SET valid_to = NULL WHERE p.valid_to = $1 AND p.currency = $2
       AND p.organization_id IS NOT DISTINCT FROM $3::uuid`,
    [version.validFrom, version.currency, version.organizationId],
  );
  await session.change('DELETE FROM price_list_version WHERE id = $1', [id]);
  return version;
}

const VERSION_COLUMNS = `v.id, v.currency, v.organization_id AS "organizationId", v.version, v.valid_from AS "validFrom",
  v.note, v.published_by AS "publishedBy", v.published_at AS "publishedAt"`;

/** Throws `not-found`. */
export async function getPriceListVersion(session: Session, id: string): Promise<PriceListVersion> {
  const row = await session.first<PriceListVersion>(
    `SELECT ${VERSION_COLUMNS} FROM price_list_version v WHERE v.id = $1`,
    [id],
  );
  if (row === undefined) throw new DomainError('not-found', 'There is no such version of a price list.');
  return row;
}

/** What the version says: its own rows and those that it left as they were. */
export async function listPricesOfVersion(
  session: Session,
  { currency, organizationId, validFrom }: PriceListVersion,
): Promise<readonly PriceRecord[]> {
  return session.rows<PriceRecord>(
    `SELECT ${PRICE_COLUMNS} FROM price p WHERE p.currency = $1 AND p.organization_id IS NOT DISTINCT FROM $2::uuid
       AND p.valid_from <= $3 AND (p.valid_to IS NULL OR p.valid_to > $3) ORDER BY p.product, p.dimension`,
    [currency, organizationId, validFrom],
  );
}
