/**
 * Writes the rows of a VSYS again and again under new ids: what PostgreSQL has to do for an admission or a whole operation,
 * without anything of ours around it. One INSERT a table.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';

/** In the order in which foreign keys allow them, with how the rows of a VSYS ($1) are found. */
const ADMISSION: readonly (readonly [table: string, condition: string])[] = [
  ['vsys', 'id = $1'],
  ['vsys_generation', 'vsys_id = $1'],
  ['vserver', 'vsys_id = $1'],
  ['vdisk', 'vsys_id = $1'],
  ['vnet', 'vsys_id = $1'],
  ['nic', 'vsys_id = $1'],
  ['public_ip', 'vsys_id = $1'],
  ['efm_config', "vserver_id LIKE $1 || '-%'"],
  ['operation', 'vsys_id = $1'],
  ['audit', 'resource = $1'],
  ['idempotency_key', "response::text LIKE '%' || $1 || '%'"],
];

/** What the engine writes on the way; nothing right after an admission. */
const WORK: readonly (readonly [table: string, condition: string])[] = [
  ['action', 'vsys_id = $1'],
  ['event', 'vsys_id = $1'],
  ['usage_interval', 'vsys_id = $1'],
];

const INSERT = 'INSERT INTO TABLE SELECT * FROM jsonb_populate_recordset(NULL::TABLE, $1::jsonb)';
/** The provider's addresses lie ready before an admission. */
const OFFER = `INSERT INTO public_address (address, zone_id)
  SELECT unnest($1::inet[]), (SELECT id FROM zone LIMIT 1)`;
const TAKE = `UPDATE public_address SET vsys_id = $1, public_ip_id = p.id
  FROM public_ip p WHERE p.address = public_address.address AND p.address = ANY($2::inet[])`;
/** Above everything that the API gives out in a run. */
const FIRST_VLAN = 10_000;
const FIRST_MAC = 0x80_00_00;
/** NICs of a system at most, as far as the lanes of MACs are concerned. */
const LANE_WIDTH_OF_MACS = 16;
/** 100.0.0.0/12: below those that the API gives to appliances, so that it does not believe its range to be used up. */
const FIRST_UPLINK = 100 * 2 ** 24;
/** 198.19.0.0/16: the second half of the addresses for benchmarks; the API has the first. */
const FIRST_ADDRESS = 198 * 2 ** 24 + 19 * 2 ** 16;

type Row = Record<string, unknown>;

interface TableRows {
  readonly table: string;
  readonly rows: readonly Row[];
}

/** What one lane writes is apart from what every other lane writes. */
const LANE_WIDTH = 4_096;
/** Base 36, so that the id keeps its form. */
const COUNT_DIGITS = 5;

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export class RowCopies {
  private count = 0;
  private vlan: number;
  private mac: number;
  private address: number;
  private uplink: number;

  /** `lane`, 0 … 15: for connections that write at the same time. */
  private constructor(
    private readonly client: Client,
    private readonly lane: number,
    private readonly vsysId: string,
    private readonly model: readonly TableRows[],
  ) {
    this.vlan = FIRST_VLAN + lane * LANE_WIDTH;
    this.mac = FIRST_MAC + lane * LANE_WIDTH * LANE_WIDTH_OF_MACS;
    this.address = FIRST_ADDRESS + lane * LANE_WIDTH;
    this.uplink = FIRST_UPLINK + lane * LANE_WIDTH;
  }

  static async of(client: Client, vsysId: string, lane = 0): Promise<RowCopies> {
    const model: TableRows[] = [];
    for (const [table, condition] of [...ADMISSION, ...WORK]) {
      const { rows } = await client.query<{ row: Row }>(
        `SELECT to_jsonb(t) AS row FROM ${table} t WHERE ${condition}`,
        [vsysId],
      );
      if (rows.length > 0) model.push({ table, rows: rows.map(({ row }) => row) });
    }
    return new RowCopies(client, lane, vsysId, model);
  }

  /** Rows of one admission or of a whole operation, those of taken public addresses included. */
  get rows(): number {
    const inserted = this.model.reduce((sum, { rows }) => sum + rows.length, 0);
    return inserted + this.rowsOf('public_ip').length;
  }

  /** Everything in one transaction, from BEGIN to the answer of COMMIT, ms. The statements are made ready before. */
  async writeOnce(): Promise<number> {
    const statements = await this.prepare();
    const started = performance.now();
    await this.commit(statements);
    return performance.now() - started;
  }

  /** Everything in several transactions: the admission in the first, an even share of the work in each of the others. */
  async writeIn(commits: number): Promise<void> {
    const statements = await this.prepare();
    const isWork = ({ text }: Statement): boolean => WORK.some(([table]) => text.includes(` ${table} `));
    await this.commit(statements.filter((statement) => !isWork(statement)));
    const work = statements.filter(isWork).flatMap(rowByRow);
    const others = Math.max(1, commits - 1);
    for (let index = 0; index < others; index += 1)
      await this.commit(work.filter((_, position) => position % others === index));
  }

  /** Everything in one transaction that does not wait for the disk: to fill a database. */
  async fillOnce(): Promise<void> {
    const statements = await this.prepare();
    await this.client.query('BEGIN');
    await this.client.query('SET LOCAL synchronous_commit = off');
    for (const { text, values } of statements) await this.client.query(text, [...values]);
    await this.client.query('COMMIT');
  }

  private async commit(statements: readonly Statement[]): Promise<void> {
    await this.client.query('BEGIN');
    for (const { text, values } of statements) await this.client.query(text, [...values]);
    await this.client.query('COMMIT');
  }

  private rowsOf(table: string): readonly Row[] {
    return this.model.find((one) => one.table === table)?.rows ?? [];
  }

  private async prepare(): Promise<readonly Statement[]> {
    this.count += 1;
    const suffix = this.lane.toString(36) + this.count.toString(36).padStart(COUNT_DIGITS, '0');
    const id = this.vsysId.slice(0, -suffix.length) + suffix.toUpperCase();
    const operation = uuidv7();
    const addresses: string[] = [];
    const statements = this.model.map(({ table, rows }): Statement => {
      const copies = rows.map((row) => this.freshRow(table, row, operation, addresses));
      const json = JSON.stringify(copies).replaceAll(this.vsysId, id);
      return { text: INSERT.replaceAll('TABLE', table), values: [json] };
    });
    if (addresses.length === 0) return statements;
    await this.client.query(OFFER, [addresses]);
    return [...statements, { text: TAKE, values: [id, addresses] }];
  }

  /** The card of an appliance to the outside has an address that no other one of the zone has. */
  private uplinkOf({ zone_id: zone }: Row): Row {
    return zone === null ? {} : { ipv4: addressOf(this.uplink++) };
  }

  /** What must be unique gets a value of its own; everything else stays as it was written. */
  private freshRow(table: string, row: Row, operation: string, addresses: string[]): Row {
    switch (table) {
      case 'vsys':
        return { ...row, name: `copy-${this.lane}-${this.count}` };
      case 'operation':
        return { ...row, id: operation };
      case 'action':
        return { ...row, id: uuidv7(), operation_id: operation };
      case 'event':
        // Its place in the feed is given by a worker, after the commit.
        return { ...row, id: uuidv7(), position: null };
      case 'audit':
      case 'usage_interval':
        return { ...row, id: uuidv7() };
      case 'idempotency_key':
        return { ...row, key: randomUUID() };
      case 'vnet':
        return { ...row, vlan: this.vlan++ };
      case 'nic':
        return { ...row, mac: macOf(this.mac++), ...this.uplinkOf(row) };
      case 'public_ip':
        addresses.push(addressOf(this.address));
        return { ...row, address: addressOf(this.address++) };
      default:
        return row;
    }
  }
}

/** One statement a row, so that the rows can be written in different transactions. */
function rowByRow({ text, values }: Statement): readonly Statement[] {
  const rows = JSON.parse(String(values[0])) as readonly Row[];
  return rows.map((row) => ({ text, values: [JSON.stringify([row])] }));
}

function macOf(number: number): string {
  return `02:6f:76:${number.toString(16).padStart(6, '0').match(/../g)?.join(':') ?? ''}`;
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
