/**
 * Removes what a file of the suite made, by its tags and names alone and without the driver's own ways of removing: what a
 * defect of the driver leaves must go too. Nothing else of the pool is touched.
 */
import type { VsysId } from '@openvsys/vsys';
import type { Ref } from '../../src/generated/records.js';
import { IMAGE_TAG, importOfName } from '../../src/images/image-tags.js';
import { sweepImports } from '../../src/images/sweep-imports.js';
import type { PoolAccess } from '../../src/actions/pool-access.js';
import { TAG } from '../../src/ownership-tags.js';
import type { XcpHypervisor } from '../../src/xcp-hypervisor.js';

export interface Mark {
  readonly vsys: VsysId;
  /** Name of the image that the file brought; others that begin with it are its too. */
  readonly image: string;
}

interface Labelled {
  readonly name_label: string;
  readonly other_config: Readonly<Record<string, string>>;
}

const LIMIT_MS = 120_000;
const isOfSuite = (importId: string): boolean => importId.startsWith('conformance-');

function listMarked<Row extends Labelled>(
  { vsys, image }: Mark,
  rows: Iterable<readonly [ref: string, row: Row]>,
): { readonly ref: string; readonly record: Row }[] {
  const isMarked = ({ other_config, name_label }: Row): boolean =>
    other_config[TAG.vsys] === vsys ||
    name_label.startsWith(`${vsys}-`) ||
    other_config[IMAGE_TAG.image]?.startsWith(image) === true;
  return [...rows].filter(([, row]) => isMarked(row)).map(([ref, record]) => ({ ref, record }));
}

/** Throws Error that names what is left. */
export async function removeAllOf(mark: Mark, { pool }: XcpHypervisor): Promise<void> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const { cache, calls, feed } = pool;
  await feed.barrier(signal);
  for (const { ref } of listMarked(mark, cache.all('VM')))
    await removeVm(ref as Ref<'VM'>, mark, pool, signal);
  for (const { ref } of listMarked(mark, cache.all('VDI')))
    await tried(calls.task('VDI.destroy', [ref as Ref<'VDI'>], { signal }));
  for (const { ref } of listMarked(mark, cache.all('network')))
    await removeNetwork(ref as Ref<'network'>, pool, signal);
  await sweepImports(pool, (id) => !isOfSuite(id), signal);
  await feed.barrier(signal);
  const left = await listLeft(mark, pool, signal);
  if (left.length > 0) throw new Error(`the pool still has ${left.join(', ')}`);
}

/** A server, a snapshot, an image or a clone that nobody finished. */
async function removeVm(ref: Ref<'VM'>, mark: Mark, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  const { cache, calls } = pool;
  const vm = cache.find('VM', ref);
  if (vm === undefined) return;
  if (vm.power_state !== 'Halted' && !vm.is_a_snapshot)
    await tried(calls.task('VM.hard_shutdown', [ref], { signal }));
  const disks = cache.referring('VBD', 'VM', ref).flatMap(({ record }) => record.VDI ?? []);
  await tried(calls.call('VM.destroy', [ref], signal));
  for (const disk of disks) {
    const isMarked = cache.find('VDI', disk)?.other_config[TAG.vsys] === mark.vsys;
    // Disks of what is no server yet have no tags; what is attached to a server without tags is somebody else's.
    if (isMarked || vm.is_a_template) await tried(calls.task('VDI.destroy', [disk], { signal }));
  }
}

async function removeNetwork(ref: Ref<'network'>, pool: PoolAccess, signal: AbortSignal): Promise<void> {
  for (const { record } of pool.cache.referring('PIF', 'network', ref)) {
    const { VLAN_master_of: vlan } = record;
    if (vlan !== null) await tried(pool.calls.call('VLAN.destroy', [vlan], signal));
  }
  await tried(pool.calls.call('network.destroy', [ref], signal));
}

async function listLeft(mark: Mark, pool: PoolAccess, signal: AbortSignal): Promise<string[]> {
  const { cache, calls } = pool;
  const objects = [
    ...listMarked(mark, cache.all('VM')),
    ...listMarked(mark, cache.all('VDI')),
    ...listMarked(mark, cache.all('network')),
  ];
  const tasks = Object.values(await calls.call('task.get_all_records', [], signal));
  return [
    ...objects.map(({ record }) => record.name_label),
    ...tasks.map((task) => task.name_label).filter((name) => isOfSuite(importOfName(name) ?? '')),
  ];
}

/** What stays is told at the end; one refusal must not keep the rest. */
const tried = async (work: Promise<unknown>): Promise<void> => void (await work.catch(() => undefined));
