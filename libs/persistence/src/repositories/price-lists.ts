/** Versions of price lists as they are read, and what publishing another one would change. */
import type { Scope } from '@openvsys/vsys';
import type { Session } from '../session.js';
import type { Page, PageRequest } from './paging.js';
import { listPricesBetween, type PriceListVersion, type Publication, type PublishedPrice } from './prices.js';
import { Filter, type ListKey } from './reads/filter.js';
import { pageOf, type Keyed } from './reads/keyset.js';

/** Of one product: what it costs before and after. */
export interface PriceChange {
  readonly product: string;
  readonly dimension: string;
  readonly change: 'added' | 'changed' | 'ended' | 'same';
  readonly before: PublishedPrice | null;
  readonly after: PublishedPrice | null;
}

export interface PublicationEffect {
  readonly changes: readonly PriceChange[];
  /** Hours that are closed at other prices and would be closed again. */
  readonly hoursReopened: number;
  /** Closed statements that would get a correction with the next month. */
  readonly statementsCorrected: number;
}

const VERSIONS: ListKey = {
  name: 'price-lists',
  columns: [{ column: 'v.id', type: 'uuid' }],
  direction: 'descending',
};

/** Newest first: everybody's and those of the scope's organization; all of them for the provider. */
export async function listPriceListVersions(
  session: Session,
  scope: Scope,
  page: PageRequest,
): Promise<Page<PriceListVersion>> {
  const where = new Filter()
    .andWhen('(v.organization_id IS NULL OR v.organization_id = ?)', scope.organizationId)
    .after(VERSIONS, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<PriceListVersion & Keyed>(
    `SELECT v.id, v.currency, v.organization_id AS "organizationId", v.version, v.valid_from AS "validFrom", v.note,
       v.published_by AS "publishedBy", v.published_at AS "publishedAt", ARRAY[v.id::text] AS "pageKey"
     FROM price_list_version v WHERE ${where.text} ORDER BY v.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf<PriceListVersion>(VERSIONS.name, page, rows);
}

const REOPENED = `SELECT count(*)::integer AS n FROM closed_hour WHERE hour > $1::timestamptz - interval '1 hour'`;
const CORRECTED = `
SELECT count(*)::integer AS n FROM statement s
WHERE s.period_end > $1::timestamptz AND s.currency = $2 AND ($3::uuid IS NULL OR s.organization_id = $3::uuid)`;

/** What publishing would change, nothing being changed. */
export async function effectOfPublication(
  session: Session,
  publication: Publication,
): Promise<PublicationEffect> {
  const { currency, organizationId, validFrom, prices } = publication;
  const instant = new Date(validFrom.getTime() + 1);
  const valid = await listPricesBetween(session, { currency, organizationId }, validFrom, instant);
  const before = valid.filter((price) => price.organizationId === organizationId);
  const count = async (text: string, values: readonly unknown[]): Promise<number> =>
    (await session.first<{ n: number }>(text, values))?.n ?? 0;
  return {
    changes: compare(before, prices),
    hoursReopened: await count(REOPENED, [validFrom]),
    statementsCorrected: await count(CORRECTED, [validFrom, currency, organizationId]),
  };
}

const keyOf = ({ product, dimension }: PublishedPrice): string => JSON.stringify([product, dimension]);

function compare(
  before: readonly PublishedPrice[],
  after: readonly PublishedPrice[],
): readonly PriceChange[] {
  const old = new Map(before.map((price) => [keyOf(price), plain(price)]));
  const fresh = new Map(after.map((price) => [keyOf(price), plain(price)]));
  return [...new Set([...old.keys(), ...fresh.keys()])].toSorted().flatMap((each): PriceChange[] => {
    const [was, is] = [old.get(each) ?? null, fresh.get(each) ?? null];
    const one = is ?? was;
    if (one === null) return [];
    return [
      { product: one.product, dimension: one.dimension, change: changeOf(was, is), before: was, after: is },
    ];
  });
}

function changeOf(was: PublishedPrice | null, is: PublishedPrice | null): PriceChange['change'] {
  if (was === null) return 'added';
  if (is === null) return 'ended';
  return JSON.stringify(was) === JSON.stringify(is) ? 'same' : 'changed';
}

/** `0.10` and `0.1000000000` are one amount. */
function plain({ product, dimension, amount, minimum, tiers }: PublishedPrice): PublishedPrice {
  return {
    product,
    dimension,
    amount: trimmed(amount),
    minimum,
    tiers: tiers.map((tier) => ({ from: trimmed(tier.from), amount: trimmed(tier.amount) })),
  };
}

const trimmed = (amount: string): string => (amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount);
