/** Our servers by the uuid of their VM, and what their devices are in our words. */
import { nicId, vdiskId, type NicId, type VDiskId, type VServerId } from '@openvsys/vsys';
import type { PoolCache } from '../cache/pool-cache.js';
import { claimOf, diskClaim, isSystemDisk, serverOf } from '../ownership-tags.js';

export interface OurServer {
  readonly server: VServerId;
  /** XenAPI reference of the VM. */
  readonly vm: string;
}

export function serversByUuid(cache: PoolCache): ReadonlyMap<string, OurServer> {
  const found = new Map<string, OurServer>();
  for (const vsys of cache.ownedVsys()) {
    for (const { ref, record } of cache.owned(vsys, 'VM')) {
      const server = serverOf(record);
      if (server !== undefined && !record.is_a_template) found.set(record.uuid, { server, vm: ref });
    }
  }
  return found;
}

const parsed = <T>(parse: (text: string) => T, text: string | undefined): T | null => {
  if (text === undefined) return null;
  try {
    return parse(text);
  } catch {
    return null;
  }
};

/** `xvda`, `hda`, `sdb` → 0, 0, 1; beyond 26 two letters count on: `xvdaa` → 26. */
export function deviceNumber(name: string): number | undefined {
  const letters = /^(?:xvd|hd|sd)([a-z]{1,2})$/.exec(name)?.[1];
  if (letters === undefined) return undefined;
  return Array.from(letters).reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 96, 0) - 1;
}

export function diskAt(cache: PoolCache, vm: string, device: string): VDiskId | null {
  const number = deviceNumber(device);
  const vbd = cache.referring('VBD', 'VM', vm).find(({ record }) => Number(record.userdevice) === number);
  const vdi = cache.find('VDI', vbd?.record.VDI ?? null);
  return vdi === undefined || isSystemDisk(vdi) ? null : parsed(vdiskId, diskClaim(vdi)?.part);
}

export function nicAt(cache: PoolCache, vm: string, device: number): NicId | null {
  const vif = cache.referring('VIF', 'VM', vm).find(({ record }) => Number(record.device) === device);
  return vif === undefined ? null : parsed(nicId, claimOf(vif.record.other_config, vif.record.uuid)?.part);
}
