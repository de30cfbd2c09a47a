/**
 * Closing of an hour as one statement. It says the same as `segmentsOf` and `rate` of the metering library, which a test
 * proves on random intervals: instants are cut to whole seconds, overlaps are billed once, prices split lines, hours
 * that were begun are filled up, amounts are rounded half up at 10 decimals.
 *
 * Nearly everything in an hour was held all through it at one price. That takes the short way; what began, ended or
 * changed its price inside the hour takes the long one:
 *
 *   usage_interval ─┬─ open since before, one price ──────────────────────────► lines
 *                   └─ touched: cut ► apart (no second twice) ► pieces by price ► lines
 *
 * $1 the hour, $2 its first second since 1970.
 */
import { DIMENSIONS } from '@openvsys/metering';

/** Stands for “no price was valid” in a key that cannot be null, and for “everybody” in the key of a price. */
export const UNPRICED = '00000000-0000-0000-0000-000000000000';

const NOBODY = `'${UNPRICED}'::uuid`;
const END = `($1::timestamptz + interval '1 hour')`;
/** Of intervals: [start, end) in whole seconds. */
const secondOf = (instant: string): string => `floor(extract(epoch FROM ${instant}))`;

/** Beyond this an amount would not fit its column: such a row is parked, the others are closed. */
const QUANTITY_LIMIT = 1_000_000_000_000;

const unitSizes = Object.entries(DIMENSIONS)
  .filter(([, { unitSize }]) => unitSize !== 3600)
  .map(([dimension, { unitSize }]) => `WHEN '${dimension}' THEN ${unitSize}`);
const unitSize = (dimension: string): string => `CASE ${dimension} ${unitSizes.join(' ')} ELSE 3600 END`;

const free = Object.entries(DIMENSIONS)
  .filter(([, { sold }]) => sold === 'when-priced')
  .map(([dimension]) => `'${dimension}'`);

/** Half up at 10 decimals by whole numbers: `numeric ÷ numeric` would round twice. */
function amount(line: { dimension: string; size: string; price: string }): string {
  const size = unitSize(line.dimension);
  return `CASE WHEN ${line.price} IS NULL THEN CASE WHEN ${line.dimension} IN (${free.join(', ')}) THEN 0 END
    ELSE div(${line.size} * ${line.price} * 20000000000 + ${size}, 2 * ${size}) * 0.0000000001 END`;
}

/** The same for a whole hour: a price for an hour needs no division, which a million lines notice. */
const wholeHourAmount = (line: Parameters<typeof amount>[0]): string =>
  `CASE WHEN ${line.price} IS NOT NULL AND ${unitSize(line.dimension)} = 3600 THEN h.quantity * ${line.price} ELSE ${amount(line)} END`;

const PRICE_KEY = 'product text, dimension text, currency text';
const PIECE = `buyer uuid, ${PRICE_KEY}, id uuid, amount numeric, minimum text, from_second bigint, to_second bigint`;

/**
 * What the hour's statement looks up, in tables of their own: the planner has to see how few rows these are beside a
 * million others. They stay with the connection and are empty after each transaction, because making tables would take
 * longer than closing an ordinary hour. Touched: something of the resource began or ended in the hour; all others have
 * one open interval that was there before.
 */
const LOOKED_UP = {
  own_price: `organization_id uuid, ${PRICE_KEY}, valid tstzmultirange`,
  price_piece: PIECE,
  whole_price: PIECE,
  split_price: `buyer uuid, ${PRICE_KEY}`,
  touched: 'resource text, dimension text',
};
export const MAKE_TABLES: readonly string[] = Object.entries(LOOKED_UP).map(
  ([name, columns]) => `CREATE TEMPORARY TABLE ${name} (${columns}) ON COMMIT DELETE ROWS`,
);

/**
 * Without it the planner expects that a fifth of what it looks up is equal, and hashes the million things instead of the
 * few rows beside them, once for each table: that takes longer and the lines come out in no order at all.
 */
export const COUNT_TABLES = `ANALYZE ${Object.keys(LOOKED_UP).join(', ')}`;

/** Prices are cut to the hour; `buyer`: whose price, or nobody's in particular. One statement, because hours are many. */
export const FILL_TABLES = `
WITH own AS (
  INSERT INTO own_price
  SELECT organization_id, product, dimension, currency, range_agg(tstzrange(valid_from, valid_to))
  FROM price WHERE organization_id IS NOT NULL AND valid_from < ${END} AND (valid_to IS NULL OR valid_to > $1::timestamptz)
  GROUP BY organization_id, product, dimension, currency
  RETURNING *
), price_time AS (
  SELECT coalesce(organization_id, ${NOBODY}) AS buyer, product, dimension, currency, id, amount, minimum,
    valid_from, valid_to FROM price WHERE valid_from < ${END} AND (valid_to IS NULL OR valid_to > $1::timestamptz)
  UNION ALL
  SELECT o.organization_id, p.product, p.dimension, p.currency, p.id, p.amount, p.minimum, lower(rest), upper(rest)
  FROM own o JOIN price p ON p.product = o.product AND p.dimension = o.dimension AND p.currency = o.currency
      AND p.organization_id IS NULL AND p.valid_from < ${END} AND (p.valid_to IS NULL OR p.valid_to > $1::timestamptz)
    CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(p.valid_from, p.valid_to)) - o.valid) AS rest
), cut AS (
  SELECT buyer, product, dimension, currency, id, amount, minimum,
    greatest(coalesce(${secondOf('valid_from')}, $2::bigint), $2::bigint)::bigint AS from_second,
    least(coalesce(${secondOf('valid_to')}, $2::bigint + 3600), $2::bigint + 3600)::bigint AS to_second FROM price_time
), piece AS (
  INSERT INTO price_piece SELECT * FROM cut WHERE to_second > from_second RETURNING *
), whole AS (
  INSERT INTO whole_price SELECT * FROM piece WHERE to_second - from_second = 3600
), split AS (
  INSERT INTO split_price SELECT DISTINCT buyer, product, dimension, currency FROM piece WHERE to_second - from_second < 3600
)
INSERT INTO touched
SELECT resource, dimension FROM usage_interval WHERE ended_at > $1::timestamptz AND started_at < ${END}
UNION
SELECT resource, dimension FROM usage_interval
WHERE ended_at IS NULL AND started_at > $1::timestamptz AND started_at < ${END}`;

/** Everything that lies in the hour, with who pays and which price. Left out: what is parked. */
const HELD = `
held AS NOT MATERIALIZED (
  SELECT u.id, u.organization_id, u.vdc_id, u.vsys_id, u.resource, u.dimension, u.product, u.quantity, u.started_at,
    u.ended_at, o.currency, coalesce(own.organization_id, ${NOBODY}) AS buyer
  FROM usage_interval u JOIN organization o ON o.id = u.organization_id
    LEFT JOIN own_price own ON own.organization_id = u.organization_id AND own.product = u.product
      AND own.dimension = u.dimension AND own.currency = o.currency
  WHERE u.started_at < ${END} AND (u.ended_at IS NULL OR u.ended_at > $1::timestamptz) AND u.quantity <= ${QUANTITY_LIMIT}
)`;
const IS_TOUCHED = `EXISTS (SELECT FROM touched t WHERE t.resource = h.resource AND t.dimension = h.dimension)`;
const IS_SPLIT = `EXISTS (SELECT FROM split_price s WHERE s.buyer = h.buyer AND s.product = h.product
    AND s.dimension = h.dimension AND s.currency = h.currency)`;

const SHORT_WAY = `
whole AS (
  SELECT h.resource, h.dimension, h.product, h.quantity, coalesce(p.id, ${NOBODY}) AS price_id, h.organization_id,
    h.vdc_id, h.vsys_id, h.currency, 3600 AS seconds, 3600 AS billed_seconds, h.quantity * 3600 AS quantity_seconds,
    ${wholeHourAmount({ dimension: 'h.dimension', size: 'h.quantity * 3600', price: 'p.amount' })} AS amount
  FROM held h LEFT JOIN whole_price p ON p.buyer = h.buyer AND p.product = h.product AND p.dimension = h.dimension
    AND p.currency = h.currency
  WHERE NOT ${IS_TOUCHED} AND (NOT EXISTS (SELECT FROM split_price) OR NOT ${IS_SPLIT})
)`;

const LONG_WAY = `
cut AS (
  SELECT h.*, greatest(${secondOf('h.started_at')}, $2::bigint) AS cut_from,
    least(coalesce(${secondOf('h.ended_at')}, $2::bigint + 3600), $2::bigint + 3600) AS cut_to
  FROM (
    SELECT h.* FROM touched t JOIN held h ON h.resource = t.resource AND h.dimension = t.dimension
    UNION ALL
    SELECT h.* FROM held h WHERE ${IS_SPLIT} AND NOT ${IS_TOUCHED}
  ) h
), apart AS (
  SELECT cut.*, greatest(cut_from, max(cut_to) OVER (PARTITION BY resource, dimension ORDER BY started_at, id
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS first_second
  FROM cut WHERE cut_to > cut_from
), segments AS (
  SELECT * FROM apart WHERE cut_to > first_second
), priced AS (
  SELECT s.id, p.id AS price_id, p.amount AS unit_price, p.minimum,
    least(s.cut_to, p.to_second) - greatest(s.first_second, p.from_second) AS seconds,
    least(s.cut_to, p.to_second) AS last_second
  FROM segments s JOIN price_piece p ON p.buyer = s.buyer AND p.product = s.product AND p.dimension = s.dimension
    AND p.currency = s.currency
), covered AS (
  SELECT id, sum(seconds) AS seconds FROM priced WHERE seconds > 0 GROUP BY id
), pieces AS (
  SELECT id, price_id, unit_price, minimum, seconds, last_second FROM priced WHERE seconds > 0
  UNION ALL
  SELECT s.id, ${NOBODY}, NULL, 'second', s.cut_to - s.first_second - coalesce(c.seconds, 0), 0
  FROM segments s LEFT JOIN covered c ON c.id = s.id
), summed AS (
  SELECT s.resource, s.dimension, s.product, s.quantity, p.price_id, p.unit_price, p.minimum, s.organization_id,
    s.vdc_id, s.vsys_id, s.currency, sum(p.seconds)::integer AS seconds, max(p.last_second) AS last_second
  FROM pieces p JOIN segments s ON s.id = p.id WHERE p.seconds > 0
  GROUP BY s.resource, s.dimension, s.product, s.quantity, p.price_id, p.unit_price, p.minimum, s.organization_id,
    s.vdc_id, s.vsys_id, s.currency
), filled AS (
  SELECT summed.*, (seconds + CASE WHEN minimum = 'hour' AND last_second = max(last_second) OVER of_resource
    THEN 3600 - sum(seconds) OVER of_resource ELSE 0 END)::integer AS billed_seconds
  FROM summed WINDOW of_resource AS (PARTITION BY resource, dimension)
), split AS (
  SELECT resource, dimension, product, quantity, price_id, organization_id, vdc_id, vsys_id, currency, seconds,
    billed_seconds, quantity * seconds AS quantity_seconds,
    ${amount({ dimension: 'dimension', size: '(quantity * billed_seconds)', price: 'unit_price' })} AS amount
  FROM filled
)`;

/** What passed by in the hour; the price of its first second counts. */
const COUNTED = `
counted AS (
  SELECT c.resource, c.dimension, c.product, c.quantity, coalesce(p.id, ${NOBODY}) AS price_id, c.organization_id,
    c.vdc_id, c.vsys_id, o.currency, 1 AS seconds, 1 AS billed_seconds, c.quantity AS quantity_seconds,
    ${amount({ dimension: 'c.dimension', size: 'c.quantity', price: 'p.amount' })} AS amount
  FROM usage_count c JOIN organization o ON o.id = c.organization_id
    LEFT JOIN own_price own ON own.organization_id = c.organization_id AND own.product = c.product
      AND own.dimension = c.dimension AND own.currency = o.currency
    LEFT JOIN price_piece p ON p.buyer = coalesce(own.organization_id, ${NOBODY}) AND p.product = c.product
      AND p.dimension = c.dimension AND p.currency = o.currency AND p.from_second = $2::bigint
  WHERE c.hour = $1::timestamptz
)`;

const LINES = `WITH ${HELD}, ${SHORT_WAY}, ${LONG_WAY}, ${COUNTED}, lines AS (
  SELECT * FROM whole UNION ALL SELECT * FROM split UNION ALL SELECT * FROM counted
)`;

const COLUMNS = `resource, dimension, product, quantity, price_id, organization_id, vdc_id, vsys_id, currency, seconds,
  billed_seconds, quantity_seconds, amount`;
const FACTS = `organization_id, vsys_id, currency, seconds, billed_seconds, quantity_seconds, amount`;
const qualified = (table: string): string => FACTS.replaceAll(/\w+/g, (column) => `${table}.${column}`);

/**
 * In the order of the key, whatever order the intervals lie in: neighbours go to the same page of the index, which is then
 * written once and stays full.
 */
const IN_ORDER = 'ORDER BY resource, dimension';

/** For an hour that has no rows yet. */
export const WRITE_HOUR = `${LINES}
INSERT INTO usage_hour (hour, ${COLUMNS}) SELECT $1::timestamptz, ${COLUMNS} FROM lines ${IN_ORDER}`;

/** For an hour that was closed before: touches only what differs. */
export const CORRECT_HOUR = `${LINES}, removed AS (
  DELETE FROM usage_hour h WHERE h.hour = $1 AND NOT EXISTS (
    SELECT FROM lines l WHERE l.resource = h.resource AND l.dimension = h.dimension AND l.product = h.product
      AND l.quantity = h.quantity AND l.price_id = h.price_id AND l.vdc_id = h.vdc_id)
  RETURNING 1
), written AS (
  INSERT INTO usage_hour AS h (hour, ${COLUMNS}) SELECT $1::timestamptz, ${COLUMNS} FROM lines
  ON CONFLICT (hour, resource, dimension, product, quantity, price_id, vdc_id) DO UPDATE
  SET (${FACTS}) = ROW (${qualified('excluded')})
  WHERE (${qualified('h')}) IS DISTINCT FROM (${qualified('excluded')})
  RETURNING 1
)
SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM written) AS changed`;

/** What cannot be billed, with the reason: it is kept aside for a person, and everything else goes on. */
export const PARK = `
WITH RECURSIVE owner AS (
  (SELECT organization_id FROM usage_interval ORDER BY organization_id LIMIT 1)
  UNION ALL
  SELECT (SELECT u.organization_id FROM usage_interval u WHERE u.organization_id > owner.organization_id
    ORDER BY u.organization_id LIMIT 1) FROM owner WHERE owner.organization_id IS NOT NULL
), suspect AS (
  SELECT u.id, u.started_at, u.ended_at, 'its organization is unknown' AS reason
  FROM owner JOIN usage_interval u ON u.organization_id = owner.organization_id
  WHERE NOT EXISTS (SELECT FROM organization o WHERE o.id = owner.organization_id)
  UNION
  SELECT id, started_at, ended_at, 'its quantity is too large' FROM usage_interval WHERE quantity > ${QUANTITY_LIMIT}
), bad AS (
  SELECT DISTINCT ON (id) id, reason FROM suspect
  WHERE started_at < ${END} AND (ended_at IS NULL OR ended_at > $1::timestamptz)
), released AS (
  DELETE FROM usage_parked p WHERE p.hour = $1 AND NOT EXISTS (SELECT FROM bad WHERE bad.id = p.interval_id)
)
INSERT INTO usage_parked (interval_id, hour, reason, parked_at)
SELECT id, $1::timestamptz, reason, $2 FROM bad ON CONFLICT (hour, interval_id) DO UPDATE SET reason = excluded.reason`;
