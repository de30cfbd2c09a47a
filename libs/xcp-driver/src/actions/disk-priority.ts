/**
 * How urgent a disk is among those who wait for the storage (XenAPI `VBD.qos_algorithm_type` = `ionice`): the priority that the control
 * domain gives the process that serves the disk. The kernel looks at it only where its disk scheduler does, so it is refused elsewhere
 * instead of being noted in vain.
 */
import { DomainError } from '@openvsys/vsys';
import type { Cached } from '../cache/cached-classes.js';
import type { PoolCache } from '../cache/pool-cache.js';

const ALGORITHM = 'ionice';
const BEST_EFFORT = 'best-effort';
/** XenAPI `SR.type` of those whose disks are block devices of the control domain. */
const BLOCK_TYPES = new Set(['lvm', 'lvmoiscsi', 'lvmohba', 'lvmofcoe']);
/** Schedulers of Linux that know priorities; set for all disks of an SR with `SR.other_config:scheduler`. */
const SCHEDULERS = new Set(['cfq', 'bfq']);

type Qos = Pick<Cached<'VBD'>, 'qos_algorithm_type' | 'qos_algorithm_params'>;

export const qosOf = (priority: number | undefined): Qos =>
  priority === undefined
    ? { qos_algorithm_type: '', qos_algorithm_params: {} }
    : {
        qos_algorithm_type: ALGORITHM,
        qos_algorithm_params: { sched: BEST_EFFORT, class: String(priority) },
      };

/** Undefined: none, or not one of ours. */
export function priorityOf({
  qos_algorithm_type: type,
  qos_algorithm_params: params,
}: Qos): number | undefined {
  if (type !== ALGORITHM || params['class'] === undefined) return undefined;
  const priority = Number(params['class']);
  return Number.isInteger(priority) ? priority : undefined;
}

/** Throws `pool-refused` when the storage of the disk honours none. */
export function requireHonoured(priority: number | undefined, { SR }: Cached<'VDI'>, cache: PoolCache): void {
  const sr = cache.find('SR', SR);
  if (priority === undefined || sr === undefined || honoursPriorities(sr)) return;
  throw new DomainError('pool-refused', `The storage “${sr.name_label}” of the disk honours no priorities.`, {
    retry: 'after-change',
    remedy:
      'Leave the priority out, choose a disk class on LVM storage, or have the provider set its scheduler to cfq or bfq.',
    details: { sr: sr.uuid, type: sr.type, scheduler: sr.other_config['scheduler'] ?? null },
  });
}

const honoursPriorities = ({ type, other_config: config }: Cached<'SR'>): boolean =>
  BLOCK_TYPES.has(type) && SCHEDULERS.has(config['scheduler'] ?? '');
