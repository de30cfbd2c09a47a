/** What can be bought. These tables are the provider's and the same for everybody. */
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type KeyColumn, type ListKey } from './filter.js';
import { PRICE_COLUMNS, type PriceRecord } from '../prices.js';
import { pageOf, type Keyed } from './keyset.js';

export interface ServerTypeRecord {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly kind: 'server' | 'efm';
  readonly deprecated: boolean;
}

export interface ImageRecord {
  readonly name: string;
  readonly title: string;
  readonly os: string;
  readonly systemDiskGiB: number;
  readonly minMemoryMiB: number;
  readonly kind: 'server' | 'efm';
  readonly deprecated: boolean;
}

export interface ZoneRecord {
  readonly id: string;
  readonly name: string;
}

type Lister<Row> = (session: Session, page: PageRequest) => Promise<Page<Row>>;

interface CatalogList {
  readonly columns: string;
  readonly table: string;
  readonly key: ListKey;
}

const text = (column: string): KeyColumn => ({ column, type: 'text' });
const ascending = (name: string, ...columns: readonly KeyColumn[]): ListKey => ({
  name,
  columns,
  direction: 'ascending',
});

const SERVER_TYPES: CatalogList = {
  columns: `c.name, c.vcpus, c.memory_mib AS "memoryMiB", c.kind, c.deprecated`,
  table: 'server_type',
  key: ascending('server-types', text('c.name')),
};
const IMAGES: CatalogList = {
  columns: `c.name, c.title, c.os, c.system_disk_gib AS "systemDiskGiB", c.min_memory_mib AS "minMemoryMiB",
            c.kind, c.deprecated`,
  table: `(SELECT * FROM disk_image WHERE organization_id IS NULL AND state = 'available' AND version = 1)`,
  key: ascending('images', text('c.name')),
};
const PRICES: CatalogList = {
  columns: PRICE_COLUMNS.replaceAll('p.', 'c.'),
  table: '(SELECT * FROM price WHERE organization_id IS NULL)',
  key: ascending('prices', text('c.product'), text('c.dimension'), text('c.currency'), {
    column: 'c.valid_from',
    type: 'timestamptz',
  }),
};
const ZONES: CatalogList = {
  columns: 'c.id, c.name',
  table: 'zone',
  key: ascending('zones', text('c.name')),
};

async function listOf<Row>(session: Session, list: CatalogList, page: PageRequest): Promise<Page<Row>> {
  const where = new Filter().after(list.key, page);
  const limit = where.parameter(page.limit + 1);
  const order = list.key.columns.map(({ column }) => column).join(', ');
  const key = list.key.columns.map(({ column }) => `${column}::text`).join(', ');
  const rows = await session.rows<Row & Keyed>(
    `SELECT ${list.columns}, ARRAY[${key}] AS "pageKey" FROM ${list.table} c
      WHERE ${where.text} ORDER BY ${order} LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf<Row>(list.key.name, page, rows);
}
export const listServerTypes: Lister<ServerTypeRecord> = async (session, page) =>
  listOf(session, SERVER_TYPES, page);
export const listImages: Lister<ImageRecord> = async (session, page) => listOf(session, IMAGES, page);
export const listPrices: Lister<PriceRecord> = async (session, page) => listOf(session, PRICES, page);
export const listZones: Lister<ZoneRecord> = async (session, page) => listOf(session, ZONES, page);
