/** A statement as a file, piece by piece: comma-separated values, JSON, or FOCUS columns. */
import { Injectable } from '@nestjs/common';
import {
  effectivePrices,
  FOCUS_COLUMNS,
  focusRows,
  type FocusBill,
  type StatementLine,
} from '@openvsys/metering';
import {
  Database,
  listPricesBetween,
  listPricesById,
  readBilledNames,
  type Session,
} from '@openvsys/persistence';
import { stringify } from 'csv-stringify/sync';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { getBillOwner } from './bill-owner.js';
import type { StatementAddress } from './read-statements.js';
import { readStatement, type StatementDocument } from './statement-document.js';

export const EXPORT_FORMATS = ['csv', 'json', 'focus'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface StatementFile {
  readonly name: string;
  readonly mediaType: string;
  readonly pieces: Generator<string>;
}

const CSV_COLUMNS = [
  'position',
  'kind',
  'vdcId',
  'vsysId',
  'dimension',
  'product',
  'priceId',
  'units',
  'unit',
  'unitPrice',
  'amount',
  'description',
  'refersTo',
] as const;

/** RFC 4180. */
const csv = (values: readonly (string | number | null)[]): string =>
  stringify([values.map((value) => value ?? '')], { record_delimiter: 'windows' });

@Injectable()
export class ExportStatement {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `not-found`, and `invalid-request` for a label that is no month. */
  async execute(
    call: Call,
    { label, organization }: StatementAddress,
    format: ExportFormat,
  ): Promise<StatementFile> {
    return this.database.session(async (session) => {
      const owner = await getBillOwner(session, call, organization);
      const document = await readStatement(session, owner, label, this.time.now());
      const name = `${owner.organization.contract}-${label}`;
      if (format === 'json')
        return { name: `${name}.json`, mediaType: 'application/json', pieces: jsonOf(document) };
      const pieces =
        format === 'csv'
          ? csvOf(document.lines)
          : focusOf(await focusBillOf(session, document), document.lines);
      return { name: format === 'csv' ? `${name}.csv` : `${name}-focus.csv`, mediaType: 'text/csv', pieces };
    });
  }
}

function* csvOf(lines: readonly StatementLine[]): Generator<string> {
  yield csv(CSV_COLUMNS);
  for (const [index, line] of lines.entries()) {
    const row = { ...line, position: index + 1 };
    yield csv(CSV_COLUMNS.map((column) => row[column]));
  }
}

function* focusOf(bill: FocusBill, lines: readonly StatementLine[]): Generator<string> {
  yield csv(FOCUS_COLUMNS);
  for (const row of focusRows(bill, lines)) yield csv(FOCUS_COLUMNS.map((column) => row[column]));
}

/** One object; its lines are written one by one. */
function* jsonOf({ state, owner, period, currency, subtotal, total, record, lines }: StatementDocument) {
  const { contract, name } = owner.organization;
  const facts = { contract, name, period: period.label, ...period, state, currency, subtotal, total };
  const { label: _label, ...told } = facts;
  const closing = { hash: record?.hash ?? null, closedAt: record?.closedAt ?? null };
  yield `${JSON.stringify({ ...told, ...closing }).slice(0, -1)},"lines":[`;
  for (const [index, line] of lines.entries()) {
    yield `${index === 0 ? '' : ','}\n${JSON.stringify({ position: index + 1, ...line })}`;
  }
  yield ']}\n';
}

async function focusBillOf(session: Session, document: StatementDocument): Promise<FocusBill> {
  const { owner, period, currency, lines } = document;
  const { contract, name } = owner.organization;
  const prices = await listPricesById(
    session,
    lines.map(({ priceId }) => priceId),
  );
  const list = await listPricesBetween(session, { currency, organizationId: null }, period.start, period.end);
  return {
    accountId: contract,
    accountName: name,
    currency,
    start: period.start,
    end: period.end,
    subtotal: document.subtotal,
    total: document.state === 'closed' ? document.total : null,
    provider: 'OpenVSYS',
    names: await readBilledNames(session, lines),
    prices: new Map(prices.map((price) => [price.id, price])),
    listPrices: effectivePrices(list, ''),
  };
}
