/** Months that are closed: whole in the contract's time zone, never changed, corrected where everybody sees it. */
import { closeDueHours, type UsageSpan } from '@openvsys/metering';
import { v7 as uuidv7 } from 'uuid';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  checkBill,
  insertAdjustment,
  insertStatement,
  listStatementLines,
  PgUsageStore,
  publishPriceList,
  readBill,
  withdrawPriceList,
  type Bill,
  type BillOwner,
  type PublishedPrice,
  type StatementRecord,
} from '../src/index.js';
import { look, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();
const VSYS = 'TEST0001-AAAAAAAAA';
const APRIL = new Date('2026-04-02T00:00:00Z');
const MAY = new Date('2026-05-02T00:00:00Z');

const price = (over: Partial<PublishedPrice> = {}): PublishedPrice => ({
  product: 'small',
  dimension: 'vserver-running',
  amount: '0.1',
  minimum: 'second',
  tiers: [],
  ...over,
});

beforeEach(async () => {
  await look(
    getWorld(),
    `TRUNCATE usage_interval, usage_hour, usage_parked, closed_hour, price, price_list_version, statement_line, statement,
     adjustment`,
  );
});

const owner = (): BillOwner => ({
  id: getWorld().organizationId,
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  scope: getWorld().scope,
});

const bill = async (label: string, now: Date): Promise<Bill> =>
  getWorld().database.session((session) => readBill(session, owner(), label, now));

async function publish(prices: readonly PublishedPrice[], validFrom: string, own = false): Promise<string> {
  const { database, organizationId } = getWorld();
  const version = await database.transaction((session) =>
    publishPriceList(session, {
      currency: 'EUR',
      organizationId: own ? organizationId : null,
      validFrom: new Date(validFrom),
      note: '',
      publishedBy: 'test',
      publishedAt: APRIL,
      prices,
    }),
  );
  return version.id;
}

async function hold(
  resource: string,
  from: string,
  to: string | null,
  over: Partial<UsageSpan> = {},
): Promise<void> {
  await look(
    getWorld(),
    `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at, ended_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      uuidv7(),
      getWorld().organizationId,
      getWorld().vdcId,
      VSYS,
      resource,
      over.dimension ?? 'vserver-running',
      over.product ?? 'small',
      over.quantity ?? 1,
      from,
      to,
    ],
  );
}

const closeHours = async (now: Date) => closeDueHours(new PgUsageStore(getWorld().database), now);

async function close(label: string, now: Date): Promise<StatementRecord> {
  const { database, organizationId } = getWorld();
  return database.transaction(async (session) => {
    const { period, adjustments, ...statement } = await readBill(session, owner(), label, now);
    return insertStatement(session, {
      id: uuidv7(),
      organizationId,
      period: period.label,
      periodStart: period.start,
      periodEnd: period.end,
      timeZone: period.timeZone,
      currency: 'EUR',
      closedAt: now,
      closedBy: 'test',
      reason: '',
      statement,
      adjustments: adjustments.map(({ id }) => id),
    });
  });
}

describe('a month', { timeout: 60_000 }, () => {
  it('of an always-on server has 743 hours in Berlin in March, as a draft and closed', async () => {
    await publish([price()], '2026-01-01T00:00:00Z');
    await hold('r-1', '2026-02-27T00:00:00Z', null);
    const draft = await bill('2026-03', APRIL);
    await closeHours(APRIL);
    const closed = await bill('2026-03', APRIL);
    expect(closed.lines).toMatchObject([{ kind: 'usage', units: '743.0000000000', amount: '74.3000000000' }]);
    expect({ ...draft, lines: draft.lines }).toEqual(closed);
    expect(closed.total).toBe('74.30');
  });

  it('follows a list that changes, an own price, tiers and days that were begun', async () => {
    await publish([price({ tiers: [{ from: '500', amount: '0.05' }] })], '2026-01-01T00:00:00Z');
    await publish([price({ product: 'large', amount: '1', minimum: 'day' })], '2026-03-10T00:00:00Z', true);
    await hold('r-1', '2026-02-27T00:00:00Z', null);
    await hold('r-2', '2026-03-29T10:00:00Z', '2026-03-29T11:00:00Z', { product: 'large' });
    await closeHours(APRIL);
    const { lines, total } = await bill('2026-03', APRIL);
    expect(lines.map(({ kind, product, amount }) => [kind, product, amount])).toEqual([
      ['usage', 'large', '1.0000000000'],
      ['usage', 'small', '74.3000000000'],
      ['begun-days', 'large', '22.0000000000'],
      ['tier', 'small', '-12.1500000000'],
    ]);
    expect(total).toBe('85.15');
  });

  it('is never changed once it is closed; what comes late is billed once, visibly, with the next', async () => {
    await publish([price()], '2026-01-01T00:00:00Z');
    await hold('r-1', '2026-03-10T00:00:00Z', '2026-03-10T10:00:00Z');
    await closeHours(APRIL);
    const march = await close('2026-03', APRIL);
    expect(march.total).toBe('1.00');
    await expect(look(getWorld(), 'UPDATE statement SET total = 0')).rejects.toThrow(/never change/);
    await expect(close('2026-03', APRIL)).rejects.toMatchObject({ code: 'conflict' });

    await look(getWorld(), `UPDATE usage_interval SET ended_at = '2026-03-10T08:00:00Z'`);
    await look(getWorld(), `DELETE FROM closed_hour WHERE hour >= '2026-03-10T08:00:00Z'`);
    await look(
      getWorld(),
      `INSERT INTO closed_hour SELECT h, $1 FROM generate_series(timestamptz '2026-03-10T10:00:00Z', '2026-04-30T23:00:00Z', '1 hour') h`,
      [new Date(APRIL.getTime() + 1)],
    );
    await closeHours(MAY);
    await getWorld().database.transaction((session) =>
      insertAdjustment(session, {
        id: uuidv7(),
        organizationId: getWorld().organizationId,
        vsysId: null,
        amount: '-0.05',
        currency: 'EUR',
        description: 'Goodwill',
        refersTo: null,
        createdAt: APRIL,
        createdBy: 'test',
        statementId: null,
      }),
    );
    const april = await close('2026-04', MAY);
    const lines = await getWorld().database.session((session) => listStatementLines(session, april.id));
    expect(lines.map(({ kind, amount, refersTo }) => [kind, amount, refersTo])).toEqual([
      ['correction', '-0.2000000000', '2026-03'],
      ['adjustment', '-0.0500000000', null],
    ]);
    expect((await bill('2026-05', MAY)).lines).toEqual([]);
  });

  it('is looked through before it is closed', async () => {
    await hold('r-1', '2026-03-10T00:00:00Z', null);
    const checks = async (now: Date) => {
      const current = await bill('2026-03', now);
      const found = await getWorld().database.session((session) => checkBill(session, owner(), current, now));
      return found.filter(({ severity }) => severity === 'blocks').map(({ check }) => check);
    };
    expect(await checks(new Date('2026-03-20T00:00:00Z'))).toEqual(['ended', 'hours-closed', 'all-priced']);
    await publish([price()], '2026-01-01T00:00:00Z');
    await hold('r-2', '2026-03-10T00:00:00Z', null, { quantity: 10 ** 13 });
    await closeHours(APRIL);
    expect(await checks(APRIL)).toEqual(['nothing-parked']);
    expect((await bill('2026-03', APRIL)).lines).toMatchObject([{ units: '526.0000000000' }]);
  });
});

describe('price lists', () => {
  it('keep what is the same, end what differs, and can be taken back before they begin', async () => {
    await publish([price(), price({ product: 'large', amount: '0.2' })], '2026-01-01T00:00:00Z');
    const second = await publish(
      [price(), price({ product: 'large', amount: '0.3' })],
      '2026-06-01T00:00:00Z',
    );
    const rows = async () =>
      look<{ product: string; amount: string; valid_to: Date | null }>(
        getWorld(),
        'SELECT product, trim_scale(amount)::text AS amount, valid_to FROM price ORDER BY product, valid_from',
      );
    expect(await rows()).toEqual([
      { product: 'large', amount: '0.2', valid_to: new Date('2026-06-01T00:00:00Z') },
      { product: 'large', amount: '0.3', valid_to: null },
      { product: 'small', amount: '0.1', valid_to: null },
    ]);
    await expect(publish([price()], '2026-05-01T00:00:00Z')).rejects.toMatchObject({ code: 'conflict' });
    const withdraw = async (now: Date) =>
      getWorld().database.transaction((session) => withdrawPriceList(session, second, now));
    await expect(withdraw(new Date('2026-06-02T00:00:00Z'))).rejects.toMatchObject({ code: 'conflict' });
    await withdraw(MAY);
    expect(await rows()).toMatchObject([
      { product: 'large', valid_to: null },
      { product: 'small', valid_to: null },
    ]);
  });
});
