// Purpose: what a simulated pool is made of, with its defaults.
import type { LatencyProfile } from '../latency/profiles.js';
import type { PersonalityName } from '../datamodel/personality.js';

export type ClockOptions =
  | { mode: 'real' }
  /** Simulated seconds per second of wall time; 4 = four times faster than real. */
  | { mode: 'scaled'; speed: number }
  /** `auto` jumps to the next timer by itself whenever nothing else is left to run. */
  | { mode: 'virtual'; auto?: boolean };

export interface StorageOptions {
  name: string;
  sizeBytes: number;
  /** Storage driver: nfs, ext, lvm, lvmoiscsi. Thick drivers account the whole virtual size. */
  type: string;
}

export interface TemplateOptions {
  /** Name of the template VM. */
  name: string;
  diskBytes: number;
  os: 'linux' | 'windows';
  memoryBytes: number;
}

export interface DirectoryUser {
  name: string;
  password: string;
  /** Name of a role (`vm-admin`); absent = known to the directory, but not allowed to the pool. */
  role?: string;
}

export interface FleetOptions {
  readonly vms: number;
  /** Disks of all of them together. */
  readonly disks: number;
}

export interface SimPoolOptions {
  /** Seed of all randomness: identifiers, latencies, back-off, faults. */
  seed: number;
  profile: string | LatencyProfile;
  clock: ClockOptions;
  /** Start of simulated time, ms since the epoch. Virtual clocks start at a fixed date. */
  startTime?: number;
  /** The release whose API is served. */
  personality: PersonalityName;
  user: string;
  password: string;
  /** People of an external directory who may log in beside `user`, each with one role. */
  directory: readonly DirectoryUser[];
  /** How long a refused login takes, ms; absent = as the latency profile says. */
  loginBrakeMs?: number;
  poolName: string;
  hostCount: number;
  hostMemoryBytes: number;
  /** Physical CPUs of a host. */
  hostCpus: number;
  /** Kept by the control domain of each host. */
  dom0MemoryBytes: number;
  /** False: hosts are reached in another way than over a network interface of theirs, as in a test bench. */
  managementInterface: boolean;
  /** Operations a host executes at the same time. */
  hostWorkers: number;
  storage: readonly StorageOptions[];
  templates: readonly TemplateOptions[];
  /** VMs that are there from the beginning, seven of eight running. */
  fleet?: FleetOptions;
  /** The address a host announces, in HOST_IS_SLAVE among others; with several hosts a client must reach it. */
  hostAddress: (index: number) => string;
  /** Calls kept in the log. */
  logCapacity: number;
  /** Room for the bytes of disks: 512 MiB in memory by default, beyond it in a file of `folder` if that is given. */
  diskContent: { memoryBytes?: number; folder?: string };
}

const GIB = 2 ** 30;
const TIB = 2 ** 40;

/** Fixed so that runs in virtual time repeat exactly. */
export const VIRTUAL_START = Date.UTC(2026, 0, 1);

export const DEFAULT_TEMPLATES: readonly TemplateOptions[] = [
  { name: 'debian-13', diskBytes: 4 * GIB, os: 'linux', memoryBytes: GIB },
  { name: 'ubuntu-24.04', diskBytes: 8 * GIB, os: 'linux', memoryBytes: GIB },
  { name: 'windows-2025', diskBytes: 40 * GIB, os: 'windows', memoryBytes: 4 * GIB },
  { name: 'openvsys-efm', diskBytes: 2 * GIB, os: 'linux', memoryBytes: GIB / 2 },
];

export function defaultOptions(): SimPoolOptions {
  return {
    seed: 1,
    profile: 'instant',
    clock: { mode: 'real' },
    personality: 'newest',
    user: 'root',
    password: 'secret',
    directory: [],
    poolName: 'simulated-pool',
    hostCount: 3,
    hostMemoryBytes: 64 * GIB,
    hostCpus: 16,
    dom0MemoryBytes: 4 * GIB,
    managementInterface: true,
    // Executor size of product installations; plain builds have 4.
    hostWorkers: 25,
    storage: [{ name: 'nfs-1', sizeBytes: 4 * TIB, type: 'nfs' }],
    templates: DEFAULT_TEMPLATES,
    hostAddress: (index) => `10.0.0.${index + 1}`,
    logCapacity: 50_000,
    diskContent: {},
  };
}
