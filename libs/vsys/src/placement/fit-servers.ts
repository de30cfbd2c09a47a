/**
 * Do many servers fit host by host? The sum of free memory says too little: 3 hosts with 4 GiB each have 12 GiB free and no place
 * for one server of 6 GiB. First-fit decreasing is a feasibility test that needs at most 11/9 of the best packing; a demand that only
 * a perfect packing could hold is refused, which is the safe side.
 */
import type { HostCapacity } from '../ports/hypervisor.port.js';
import { memoryNeededMiB } from './memory.js';

export interface ServerSize {
  readonly memoryMiB: number;
  readonly vcpus: number;
  /** Servers with the same one take a place on the same host. */
  readonly together?: number;
}

/** What must be on one host counts as one server: all of the memory, the most vCPUs of one. */
function mergeTogether(servers: readonly ServerSize[]): ServerSize[] {
  const alone = servers.filter(({ together }) => together === undefined);
  const groups = Map.groupBy(
    servers.filter(({ together }) => together !== undefined),
    ({ together }) => together,
  );
  return [...alone, ...[...groups.values()].map(merged)];
}

/** Exact in memory: `memoryNeededMiB` of the result is the sum of what each needs, or a little more. */
function merged(group: readonly ServerSize[]): ServerSize {
  const vcpus = Math.max(...group.map((server) => server.vcpus));
  const needed = group.reduce((sum, server) => sum + memoryNeededMiB(server.memoryMiB, server.vcpus), 0);
  return { memoryMiB: Math.max(0, needed - memoryNeededMiB(0, vcpus)), vcpus };
}

export interface Fit {
  /** How many servers of the list have a place. */
  readonly placed: number;
  /** How many find no host with enough CPUs at all. */
  readonly tooFewCpus: number;
  /** How many find no host with enough free memory. */
  readonly tooLittleMemory: number;
  /** Free memory of all available hosts after those that have a place, in MiB. */
  readonly freeMiB: number;
  /** The same, host by host. */
  readonly freeByHost: readonly { readonly cpus: number; readonly freeMiB: number }[];
}

/** Tries to place all servers on the available hosts; `held` are promised already and are placed with them. */
export function fitServers(
  hosts: readonly HostCapacity[],
  servers: readonly ServerSize[],
  held: readonly ServerSize[] = [],
): Fit {
  const free = hosts
    .filter((host) => host.available)
    .map(({ uuid, cpus, freeMemoryMiB }) => ({ uuid, cpus, freeMiB: freeMemoryMiB }))
    .toSorted((a, b) => b.freeMiB - a.freeMiB || (a.uuid < b.uuid ? -1 : 1));
  let placed = 0;
  let tooFewCpus = 0;
  let tooLittleMemory = 0;
  for (const { server, own } of largestFirst(servers, held)) {
    const wide = free.filter((host) => host.cpus >= server.vcpus);
    const needed = memoryNeededMiB(server.memoryMiB, server.vcpus);
    const host = wide.find(({ freeMiB }) => freeMiB >= needed);
    if (host !== undefined) {
      host.freeMiB -= needed;
      placed += own;
    } else if (wide.length === 0) tooFewCpus += own;
    else tooLittleMemory += own;
  }
  return {
    placed,
    tooFewCpus,
    tooLittleMemory,
    freeMiB: free.reduce((sum, { freeMiB }) => sum + freeMiB, 0),
    freeByHost: free,
  };
}

/** `own` is 1 for servers that are asked for and 0 for those that only take room. Held ones go first among equals. */
function largestFirst(servers: readonly ServerSize[], held: readonly ServerSize[]) {
  const size = ({ memoryMiB, vcpus }: ServerSize): number => memoryNeededMiB(memoryMiB, vcpus);
  return [
    ...held.map((server) => ({ server, own: 0 })),
    ...mergeTogether(servers).map((server) => ({ server, own: 1 })),
  ].toSorted((a, b) => size(b.server) - size(a.server));
}
