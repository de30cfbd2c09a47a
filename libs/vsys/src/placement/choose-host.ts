/**
 * On which host a server starts: where those are that it shares a network of one host with; else one that has room, with the fewest servers of the same role and of those that it shall be apart from,
 * then with the most of those that it shall be near to, then with the most room.
 */
import { DomainError } from '../errors.js';
import type { HostUuid, VsysId } from '../ids.js';
import type { HostCapacity } from '../ports/hypervisor.port.js';
import type { AffinitySpec } from '../spec/vsys-spec.js';
import { memoryNeededMiB } from './memory.js';

export interface ServerDemand {
  readonly vsysId: VsysId;
  /** Servers of one role of one VSYS are kept apart as far as possible. */
  readonly role: string;
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly affinity?: AffinitySpec;
  /** Roles that it must be on one host with, wherever the first of them is. */
  readonly together?: readonly string[];
}

/** How a host suits a server beside having room. */
export interface HostCompany {
  /** Servers of its own role and of those that it shall be apart from. */
  readonly unwanted: number;
  /** Servers that it shall be near to. */
  readonly wanted: number;
  /** Servers that it must be on one host with. */
  readonly bound: number;
}

export interface HostOptions {
  /** MiB already promised to starts under way, by host. */
  readonly reserved?: ReadonlyMap<HostUuid, number>;
  /** Hosts that refused this server lately. */
  readonly exclude?: readonly HostUuid[];
}

/** Why a host is not taken. */
export const HOST_REFUSALS = [
  'excluded',
  'not-available',
  'too-few-cpus',
  'too-little-memory',
  'private-network-elsewhere',
] as const;
export type HostRefusal = (typeof HOST_REFUSALS)[number];

/** Those that it shares a network of one host with are on another one. */
const ELSEWHERE: HostRefusal = 'private-network-elsewhere';

/** The best host. The same input gives the same host. Throws `no-capacity` with the refusal of every host. */
export function chooseHost(
  hosts: readonly HostCapacity[],
  server: ServerDemand,
  options: HostOptions = {},
): HostCapacity {
  const bound = hosts.filter((host) => companyOn(host, server).bound > 0);
  const judged = hosts.map((host) => {
    const isElsewhere = bound.length > 0 && !bound.includes(host);
    return { host, refusal: isElsewhere ? ELSEWHERE : refusalOf(host, server, options) };
  });
  const [best] = judged
    .filter(({ refusal }) => refusal === undefined)
    .map(({ host }) => ({
      host,
      company: companyOn(host, server),
      free: freeMiB(host, options),
    }))
    .toSorted(
      (a, b) =>
        a.company.unwanted - b.company.unwanted ||
        b.company.wanted - a.company.wanted ||
        b.free - a.free ||
        (a.host.uuid < b.host.uuid ? -1 : 1),
    );
  if (best !== undefined) return best.host;
  throw noHost(server, judged);
}

export function companyOn(
  { roles }: Pick<HostCapacity, 'roles'>,
  {
    vsysId,
    role,
    affinity = {},
    together = [],
  }: Pick<ServerDemand, 'vsysId' | 'role' | 'affinity' | 'together'>,
): HostCompany {
  const { apartFrom = [], nearTo = [] } = affinity;
  const count = (names: readonly string[]): number => {
    const wanted = new Set(names.map((name) => `${vsysId}/${name}`));
    return roles.filter((each) => wanted.has(each)).length;
  };
  return { unwanted: count([role, ...apartFrom]), wanted: count(nearTo), bound: count(together) };
}

/** Why the server cannot start on the host, or undefined when it can. */
export function refusalOf(
  host: HostCapacity,
  server: Pick<ServerDemand, 'memoryMiB' | 'vcpus'>,
  options: HostOptions = {},
): HostRefusal | undefined {
  if (options.exclude?.includes(host.uuid)) return 'excluded';
  if (!host.available) return 'not-available';
  if (host.cpus < server.vcpus) return 'too-few-cpus';
  const needed = memoryNeededMiB(server.memoryMiB, server.vcpus);
  return freeMiB(host, options) < needed ? 'too-little-memory' : undefined;
}

function freeMiB(host: HostCapacity, { reserved }: HostOptions): number {
  return host.freeMemoryMiB - (reserved?.get(host.uuid) ?? 0);
}

const WORDS: Readonly<Record<HostRefusal, string>> = {
  excluded: 'refused it before',
  'not-available': 'not available',
  'too-few-cpus': 'with too few CPUs',
  'too-little-memory': 'with too little free memory',
  'private-network-elsewhere': 'without the servers of its private network',
};

function noHost(
  server: ServerDemand,
  judged: readonly { readonly host: HostCapacity; readonly refusal: HostRefusal | undefined }[],
): DomainError {
  const neededMiB = memoryNeededMiB(server.memoryMiB, server.vcpus);
  const counts = HOST_REFUSALS.map(
    (reason) => [reason, judged.filter(({ refusal }) => refusal === reason).length] as const,
  ).filter(([, count]) => count > 0);
  const reasons = counts.map(([reason, count]) => `${count} ${WORDS[reason]}`).join(', ');
  return new DomainError(
    'no-capacity',
    `None of ${judged.length} hosts can take a server with ${server.vcpus} vCPU and ${neededMiB} MiB${reasons && `: ${reasons}`}.`,
    {
      remedy: 'Stop or move other servers, choose a smaller server type, or bring more hosts into service.',
      details: {
        neededMiB,
        vcpus: server.vcpus,
        refusals: Object.fromEntries(counts),
        hosts: judged.map(({ host, refusal }) => ({
          host: host.uuid,
          refusal,
          freeMemoryMiB: host.freeMemoryMiB,
        })),
      },
    },
  );
}
