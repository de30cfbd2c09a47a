/** What the pool itself says, without the product's driver. */
import type { SimPool } from '@openvsys/xcp-sim';

/** One row of the pool's database. */
export type PoolRow = ReturnType<SimPool['db']['rows']>[number];

const SYSTEM = /[A-Z0-9]{8}-[A-Z0-9]{9}/;

/** Carries the tag of a system. */
export function isOurs(row: PoolRow): boolean {
  return systemOf(row) !== undefined;
}

export function systemOf(row: PoolRow): string | undefined {
  return SYSTEM.exec(JSON.stringify(row.get('other_config')))?.[0];
}

export interface Counts {
  readonly servers: number;
  readonly disks: number;
  readonly nets: number;
  readonly backups: number;
}

/** Ids of back-ups, as Fujitsu's form of ids says. */
const BACKUP = /-B-\d+$/;

/** Objects of a system; hidden copies below disks, memory images and drives for a first boot are not its disks. */
export function countOf(pool: SimPool, vsys: string): Counts {
  const ours = (cls: string) => pool.db.rows(cls).filter((row) => systemOf(row) === vsys);
  const copies = ours('VDI').filter(
    (row) => row.bool('managed') && row.text('type') !== 'suspend' && !row.bool('is_a_snapshot'),
  );
  const backups = copies.filter((row) => BACKUP.test(tagOf(row, 'openvsys-part')));
  const drives = copies.filter((row) => tagOf(row, 'openvsys-role') === 'config-drive');
  return {
    servers: ours('VM').filter((row) => !row.bool('is_a_snapshot')).length,
    disks: copies.length - backups.length - drives.length,
    nets: ours('network').length,
    backups: backups.length,
  };
}

function tagOf(row: PoolRow, tag: string): string {
  return row.map('other_config')[tag] ?? '';
}
