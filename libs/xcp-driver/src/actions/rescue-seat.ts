/** Boot disks of other systems on our servers, and where the servers' own boot disks were before. */
import type { VServerId } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { Located, PoolCache } from '../cache/pool-cache.js';
import { isRescueDisk, TAG } from '../ownership-tags.js';
import { listOwnDisks } from './find-parts.js';

/** Of the server's own boot disk (XenAPI `VBD.userdevice`, `VBD.bootable`). */
export interface RescueSeat {
  readonly from: string;
  readonly bootable: boolean;
  /** Where it is while the other disk has its place. */
  readonly to: string;
}

export const listRescueDisks = (cache: PoolCache, server: VServerId): readonly Located<'VDI'>[] =>
  listOwnDisks(cache, server).filter(({ record }) => isRescueDisk(record));

/** Undefined as long as the disk is not complete. */
export function seatOf({ other_config: config }: Cached<'VDI'>): RescueSeat | undefined {
  const [from, bootable, to] = (config[TAG.rescueSeat] ?? '').split(' ');
  if (from === undefined || bootable === undefined || to === undefined) return undefined;
  return { from, bootable: bootable === 'true', to };
}

export const seatText = ({ from, bootable, to }: RescueSeat): string => `${from} ${String(bootable)} ${to}`;

export const findRescueSeat = (cache: PoolCache, server: VServerId): RescueSeat | undefined =>
  listRescueDisks(cache, server)
    .map(({ record }) => seatOf(record))
    .find((seat) => seat !== undefined);
