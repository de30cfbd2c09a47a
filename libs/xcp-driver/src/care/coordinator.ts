/** Who leads the pool, and who would next. */
import type { HostCapacity, HostUuid } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { observeCapacity } from '../observe/observe-capacity.js';

/** `host` is a reference. */
export function isCoordinator({ cache }: PoolAccess, host: string): boolean {
  const [, pool] = [...cache.all('pool')][0] ?? [];
  return pool?.master === host;
}

/** Who leads the pool when this host is gone: of those that are in service the one with the most free memory. */
export function findSuccessor({ cache }: PoolAccess, leaving: HostUuid): HostCapacity | undefined {
  const others = observeCapacity(cache, new Set()).hosts.filter(
    ({ uuid, available }) => available && uuid !== leaving,
  );
  return others.toSorted((a, b) => b.freeMemoryMiB - a.freeMemoryMiB || (a.uuid < b.uuid ? -1 : 1))[0];
}
