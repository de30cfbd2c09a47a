/** What is really in the pool, past everything of ours. */
import type { Row, Simulator } from './simulator.js';

export interface PoolVm {
  readonly name: string;
  readonly powerState: string;
  /** Disks that are plugged in, CD drives without a medium not among them. */
  readonly disks: number;
  readonly macs: readonly string[];
}

export interface PoolObjects {
  /** Virtual machines and unfinished clones; images and control domains are left out. */
  readonly vms: readonly PoolVm[];
  /** Rows of each class, images' and hosts' own among them. */
  readonly counts: Readonly<Record<string, number>>;
}

const COUNTED = ['VM', 'VDI', 'VBD', 'VIF', 'network', 'VLAN', 'PIF'] as const;

/** `images`: names of the templates that belong to the pool. */
export async function lookIntoPool(simulator: Simulator, images: ReadonlySet<string>): Promise<PoolObjects> {
  const tables = new Map(
    await Promise.all(COUNTED.map(async (name) => [name, await simulator.table(name)] as const)),
  );
  // Hidden base copies below images are the storage's own business; it removes them when it comes to it.
  const rows = (name: (typeof COUNTED)[number]) =>
    (tables.get(name) ?? []).filter((row) => name !== 'VDI' || row['managed'] !== false);
  const isOthers = (vm: Row) => vm['is_control_domain'] === true || images.has(String(vm['name_label']));
  return {
    vms: rows('VM')
      .filter((vm) => !isOthers(vm))
      .map((vm) => describeVm(vm, rows('VBD'), rows('VIF'))),
    counts: Object.fromEntries(COUNTED.map((name) => [name, rows(name).length])),
  };
}

function describeVm(vm: Row, vbds: readonly Row[], vifs: readonly Row[]): PoolVm {
  const own = (row: Row) => row['VM'] === vm['ref'];
  return {
    name: String(vm['name_label']),
    powerState: String(vm['power_state']),
    disks: vbds.filter((vbd) => own(vbd) && vbd['type'] === 'Disk' && vbd['empty'] !== true).length,
    macs: vifs
      .filter(own)
      .map((vif) => String(vif['MAC']))
      .toSorted(),
  };
}
