/**
 * How a VM shares processors and what happens when it dies. Images bring values of their own for all of this, so only what
 * we set is ours: the keys are noted in `other_config`, observed while they are noted, and given back to usual values when they are
 * no longer wanted. Processor settings take effect when the VM next boots (XenAPI VM.VCPUs_params, VM.platform).
 */
import { TUNING_KEYS, type ServerTuning } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located } from '../cache/pool-cache.js';
import { TAG } from '../ownership-tags.js';
import type { PoolAccess } from './pool-access.js';

type Texts = Readonly<Record<string, string>>;
type Key = keyof ServerTuning;
type Vm = Cached<'VM'>;

const CRASH = { restart: 'restart', stop: 'destroy', preserve: 'preserve' } as const;
const HA = { restart: 'restart', 'best-effort': 'best-effort', nothing: '' } as const;
/** What Xen gives a VM of which nothing else is said. */
const USUAL_WEIGHT = 256;
const NO_CAP = 0;
const NO_ORDER = 0;

const keyOf = <K extends string>(table: Readonly<Record<K, string>>, value: string): K | undefined =>
  (Object.keys(table) as K[]).find((key) => table[key] === value);
const numberIn = (texts: Texts, key: string): number | undefined =>
  texts[key] === undefined ? undefined : Number(texts[key]);

const isNoted = ({ other_config: config }: Vm, key: Key): boolean =>
  (config[TAG.tuning] ?? '').split(' ').includes(key);

/** What we set, as it is now; undefined when we set nothing. */
export function observedTuning(vm: Vm): ServerTuning | undefined {
  if (vm.other_config[TAG.tuning] === undefined) return undefined;
  const mask = vm.VCPUs_params['mask'];
  const now: { readonly [K in Key]: ServerTuning[K] | undefined } = {
    cpuWeight: numberIn(vm.VCPUs_params, 'weight'),
    cpuCap: numberIn(vm.VCPUs_params, 'cap'),
    cpuMask: mask === undefined ? undefined : mask.split(',').map(Number),
    coresPerSocket: numberIn(vm.platform, 'cores-per-socket'),
    onCrash: keyOf(CRASH, vm.actions_after_crash),
    afterHostFailure: keyOf(HA, vm.ha_restart_priority),
    restartOrder: vm.order,
  };
  return Object.fromEntries(
    TUNING_KEYS.filter((key) => isNoted(vm, key) && now[key] !== undefined).map((key) => [key, now[key]]),
  );
}

/** The note of the keys that are set, for `other_config`. */
export const tuningNote = (tuning: ServerTuning | undefined): Texts => {
  const keys = TUNING_KEYS.filter((key) => tuning?.[key] !== undefined);
  return keys.length === 0 ? {} : { [TAG.tuning]: keys.join(' ') };
};

function withTexts(before: Texts, changes: Readonly<Record<string, string | undefined>>): Texts {
  const all = Object.entries({ ...before, ...changes });
  return Object.fromEntries(all.flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])));
}

/** Weight and cap go together: a pool that finds only one of them takes any value for the other. */
function vcpusParams(vm: Vm, tuning: ServerTuning): Texts {
  const { cpuWeight, cpuCap, cpuMask } = tuning;
  const isShared = cpuWeight !== undefined || cpuCap !== undefined;
  const wasShared = isNoted(vm, 'cpuWeight') || isNoted(vm, 'cpuCap');
  const share = isShared
    ? { weight: String(cpuWeight ?? USUAL_WEIGHT), cap: String(cpuCap ?? NO_CAP) }
    : wasShared
      ? { weight: undefined, cap: undefined }
      : {};
  const mask =
    cpuMask !== undefined ? { mask: cpuMask.join(',') } : isNoted(vm, 'cpuMask') ? { mask: undefined } : {};
  return withTexts(vm.VCPUs_params, { ...share, ...mask });
}

function platformOf(vm: Vm, { coresPerSocket }: ServerTuning): Texts {
  if (coresPerSocket !== undefined)
    return withTexts(vm.platform, { 'cores-per-socket': String(coresPerSocket) });
  return isNoted(vm, 'coresPerSocket')
    ? withTexts(vm.platform, { 'cores-per-socket': undefined })
    : vm.platform;
}

const isSame = (a: Texts, b: Texts): boolean => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
};

/** Writes what differs; allowed in every power state. */
export async function setTuning(
  { ref, record: vm }: Located<'VM'>,
  tuning: ServerTuning = {},
  { calls, cache }: PoolAccess,
  signal: AbortSignal,
): Promise<void> {
  const params = vcpusParams(vm, tuning);
  const platform = platformOf(vm, tuning);
  const wantsCrash = tuning.onCrash ?? (isNoted(vm, 'onCrash') ? 'restart' : undefined);
  const wantsHa = tuning.afterHostFailure ?? (isNoted(vm, 'afterHostFailure') ? 'nothing' : undefined);
  const crash = wantsCrash === undefined ? vm.actions_after_crash : CRASH[wantsCrash];
  const ha = wantsHa === undefined ? vm.ha_restart_priority : HA[wantsHa];
  const order = tuning.restartOrder ?? (isNoted(vm, 'restartOrder') ? NO_ORDER : vm.order);
  await Promise.all([
    isSame(params, vm.VCPUs_params) ? undefined : calls.call('VM.set_VCPUs_params', [ref, params], signal),
    isSame(platform, vm.platform) ? undefined : calls.call('VM.set_platform', [ref, platform], signal),
    crash === vm.actions_after_crash
      ? undefined
      : calls.call('VM.set_actions_after_crash', [ref, crash], signal),
    ha === vm.ha_restart_priority ? undefined : calls.call('VM.set_ha_restart_priority', [ref, ha], signal),
    order === vm.order ? undefined : calls.call('VM.set_order', [ref, order], signal),
  ]);
  cache.wrote('VM', ref, {
    VCPUs_params: params,
    platform,
    actions_after_crash: crash,
    ha_restart_priority: ha,
    order,
  });
}
