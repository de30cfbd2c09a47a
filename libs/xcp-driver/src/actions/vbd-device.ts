/** Which device of a VM the next disk gets. */
import type { Located, PoolCache } from '../cache/pool-cache.js';
import type { Ref } from '../generated/records.js';

/** The CD drive of old HVM guests. */
const CD_POSITION = 3;
/** XenAPI allows 255 VBDs a VM. */
const DEVICES = 255;

/** Devices given out and not yet in the cache, so that two disks attached at once do not get the same. */
const promised = new WeakMap<PoolCache, Set<string>>();

function takeDevice(cache: PoolCache, vm: Ref<'VM'>): string {
  const taken = new Set(cache.referring('VBD', 'VM', vm).map(({ record }) => record.userdevice));
  const given = promised.get(cache) ?? new Set<string>();
  promised.set(cache, given);
  for (let device = 1; device < DEVICES; device += 1) {
    const key = `${vm}/${device}`;
    if (device === CD_POSITION || taken.has(String(device)) || given.has(key)) continue;
    given.add(key);
    return String(device);
  }
  // The pool has the last word: it refuses with a clear error.
  return 'autodetect';
}

/** Runs `use` with a free device that nobody else gets meanwhile. */
export async function giveDevice<T>(
  cache: PoolCache,
  vm: Ref<'VM'>,
  use: (userdevice: string) => Promise<T>,
): Promise<T> {
  const userdevice = takeDevice(cache, vm);
  try {
    return await use(userdevice);
  } finally {
    promised.get(cache)?.delete(`${vm}/${userdevice}`);
  }
}

export const findVbd = (cache: PoolCache, vm: Ref<'VM'>, vdi: Ref<'VDI'>): Located<'VBD'> | undefined =>
  cache.referring('VBD', 'VM', vm).find(({ record }) => record.VDI === vdi);
