/**
 * The note on a VM that it was waited for, and how that ended. It names the domain, so it is void after every boot, also one that
 * nobody asked us for. A host that was itself rebooted counts its domains anew, and copies of a VM inherit the note: it is taken
 * away before each start as well.
 *
 * Written key by key: other actions may write their own notes on the VM meanwhile. If one of them overwrites it, it is
 * waited for once more.
 */
import type { ObservedServer } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located } from '../cache/pool-cache.js';
import { TAG } from '../ownership-tags.js';
import type { PoolAccess } from './pool-access.js';

export type Readiness = NonNullable<ObservedServer['readiness']>;
const ENDS: readonly Readiness[] = ['in-time', 'late'];

/** How the wait for the VM ended since it last booted; undefined: it was not waited for. */
export function readinessOf(vm: Cached<'VM'>): Readiness | undefined {
  const note = vm.other_config[TAG.readiness];
  if (note === undefined || (vm.power_state !== 'Running' && vm.power_state !== 'Paused')) return undefined;
  return ENDS.find((end) => note === `${end}:${vm.domid}`);
}

/** Of a VM whose record in the cache is as new as its boot. */
export async function noteReadiness(
  { ref, record }: Located<'VM'>,
  end: Readiness,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const note = `${end}:${record.domid}`;
  await removeNote({ ref, record }, pool, signal);
  await pool.calls.call('VM.add_to_other_config', [ref, TAG.readiness, note], signal);
  write(ref, pool, { [TAG.readiness]: note });
}

export async function forgetReadiness(
  vm: Located<'VM'>,
  pool: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  if (vm.record.other_config[TAG.readiness] === undefined) return;
  await removeNote(vm, pool, signal);
  write(vm.ref, pool, {});
}

/** Removing a key that is not there is no error (XenAPI VM.remove_from_other_config), adding one that is there is. */
const removeNote = async (
  { ref }: Located<'VM'>,
  { calls }: PoolAccess,
  signal: AbortSignal,
): Promise<void> => calls.call('VM.remove_from_other_config', [ref, TAG.readiness], signal);

function write(
  ref: Located<'VM'>['ref'],
  { cache }: PoolAccess,
  note: Readonly<Record<string, string>>,
): void {
  const { [TAG.readiness]: _old, ...config } = cache.find('VM', ref)?.other_config ?? {};
  cache.wrote('VM', ref, { other_config: { ...config, ...note } });
}
