// Purpose: every number of the timing model, in one table. Medians are milliseconds, sigma is the deviation of the
// logarithm (log-normal). The figures are fits to published timings of real pools; the shape matters more than the size.

/** A step a call may take, each with its own distribution. */
export type Step =
  | 'api'
  | 'login'
  | 'vmCreate'
  | 'vbdCreate'
  | 'vifCreate'
  | 'vmClone'
  | 'vdiCreate'
  | 'vdiClone'
  | 'vdiDestroy'
  | 'vdiResize'
  | 'vdiCopy'
  | 'vmSnapshot'
  | 'vmProvision'
  | 'vmStart'
  | 'deviceModel'
  | 'startVbd'
  | 'startVif'
  | 'guestBoot'
  | 'guestBootWindows'
  | 'vbdPlug'
  | 'vbdUnplug'
  | 'vifPlug'
  | 'cleanShutdown'
  | 'cleanShutdownWindows'
  | 'hardShutdown'
  | 'pause'
  | 'suspend'
  | 'migrate'
  | 'vmDestroy'
  | 'srScan'
  | 'pbdPlug'
  | 'importAttach'
  | 'vlanPerHost'
  | 'hostEnable'
  | 'hostReboot'
  | 'storageMigrate'
  | 'xapiRestart';

export interface Distribution {
  median: number;
  sigma: number;
}

/** How a call waits when an object is busy: delays grow by `growth` from `firstMs` up to `maxMs`. */
export interface ConflictWait {
  firstMs: number;
  growth: number;
  maxMs: number;
  /** True wakes waiters in order as soon as the object is free, instead of letting them sleep on. */
  wakeEarly: boolean;
}

export interface LatencyProfile {
  name: string;
  steps: Readonly<Record<Step, Distribution>>;
  /** Extra milliseconds per GiB of memory: domain build, domain destruction, suspend image. */
  startPerGiBMs: number;
  startPerGiBCapMs: number;
  hardShutdownPerGiBMs: number;
  suspendPerGiBMs: number;
  migratePerGiBMs: number;
  /** Bytes per simulated second of a disk copy. 0 = no time at all. */
  copyBytesPerSecond: number;
  scanPerVdiMs: number;
  /** The brake against guessing passwords (XenAPI session.login_with_password). */
  loginFailureMs: number;
  /** Grouping delay of `event.from`; task subscriptions are exempt. */
  eventBatchMs: number;
  /** How long `host_metrics.memory_free` and `VM_metrics.memory_actual` lag. */
  metricsLagMs: number;
  conflictWait: ConflictWait;
}

const NFS_STEPS: Record<Step, Distribution> = {
  api: { median: 8, sigma: 0.6 },
  login: { median: 60, sigma: 0.4 },
  vmCreate: { median: 20, sigma: 0.6 },
  vbdCreate: { median: 25, sigma: 0.6 },
  vifCreate: { median: 40, sigma: 0.6 },
  vmClone: { median: 250, sigma: 0.4 },
  vdiCreate: { median: 700, sigma: 0.4 },
  vdiClone: { median: 1000, sigma: 0.5 },
  vdiDestroy: { median: 600, sigma: 0.4 },
  vdiResize: { median: 800, sigma: 0.4 },
  vdiCopy: { median: 3000, sigma: 0.2 },
  vmSnapshot: { median: 300, sigma: 0.3 },
  vmProvision: { median: 90, sigma: 0.4 },
  vmStart: { median: 1600, sigma: 0.35 },
  deviceModel: { median: 500, sigma: 0.3 },
  startVbd: { median: 700, sigma: 0.3 },
  startVif: { median: 300, sigma: 0.3 },
  guestBoot: { median: 22_000, sigma: 0.5 },
  guestBootWindows: { median: 60_000, sigma: 0.5 },
  vbdPlug: { median: 800, sigma: 0.4 },
  vbdUnplug: { median: 600, sigma: 0.4 },
  vifPlug: { median: 350, sigma: 0.4 },
  cleanShutdown: { median: 6000, sigma: 0.5 },
  cleanShutdownWindows: { median: 25_000, sigma: 0.5 },
  hardShutdown: { median: 1200, sigma: 0.3 },
  pause: { median: 100, sigma: 0.3 },
  suspend: { median: 1500, sigma: 0.2 },
  migrate: { median: 2000, sigma: 0.2 },
  vmDestroy: { median: 60, sigma: 0.4 },
  srScan: { median: 1500, sigma: 0.3 },
  pbdPlug: { median: 3000, sigma: 0.4 },
  importAttach: { median: 1500, sigma: 0.2 },
  vlanPerHost: { median: 600, sigma: 0.3 },
  hostEnable: { median: 50, sigma: 0.3 },
  hostReboot: { median: 240_000, sigma: 0.2 },
  storageMigrate: { median: 8000, sigma: 0.2 },
  xapiRestart: { median: 20_000, sigma: 0.2 },
};

const DEFAULT_NFS: LatencyProfile = {
  name: 'default-nfs',
  steps: NFS_STEPS,
  startPerGiBMs: 120,
  startPerGiBCapMs: 10_000,
  hardShutdownPerGiBMs: 50,
  // 100 MB/s to a file SR.
  suspendPerGiBMs: 10_700,
  // 1 GiB over a 10 Gbit/s link with an idle guest.
  migratePerGiBMs: 450,
  copyBytesPerSecond: 120e6,
  scanPerVdiMs: 3,
  loginFailureMs: 5000,
  eventBatchMs: 50,
  metricsLagMs: 30_000,
  // Fitted to a measurement: of 20 clones of one VM at once half are done after 0.7 times, the last after 4 times what
  // all take one after the other.
  conflictWait: { firstMs: 700, growth: 2, maxMs: 20_000, wakeEarly: false },
};

function stepsTimes(
  factor: number,
  overrides: Partial<Record<Step, number>> = {},
): Record<Step, Distribution> {
  const entries = Object.entries(NFS_STEPS) as [Step, Distribution][];
  return Object.fromEntries(
    entries.map(([step, { median, sigma }]) => [step, { median: overrides[step] ?? median * factor, sigma }]),
  ) as Record<Step, Distribution>;
}

const LVM_OVER_ISCSI: LatencyProfile = {
  ...DEFAULT_NFS,
  name: 'lvmoiscsi',
  steps: stepsTimes(1, { vdiCreate: 1200, vdiClone: 1800, vdiDestroy: 1000 }),
};

const FAST_NVME: LatencyProfile = {
  ...DEFAULT_NFS,
  name: 'fast-nvme',
  steps: stepsTimes(0.5, { guestBoot: 8000, guestBootWindows: 30_000 }),
  suspendPerGiBMs: 500,
  copyBytesPerSecond: 1e9,
};

const STRESSED: LatencyProfile = {
  ...DEFAULT_NFS,
  name: 'stressed',
  steps: stepsTimes(3),
  loginFailureMs: 5000,
};

/** A tenth of the default everywhere: the queues and their order stay as they are, the waiting does not. */
const FAST: LatencyProfile = {
  ...DEFAULT_NFS,
  name: 'fast',
  steps: stepsTimes(0.1),
  startPerGiBMs: 12,
  startPerGiBCapMs: 1000,
  hardShutdownPerGiBMs: 5,
  suspendPerGiBMs: 50,
  migratePerGiBMs: 45,
  copyBytesPerSecond: 1.2e9,
  scanPerVdiMs: 0.3,
  loginFailureMs: 500,
  metricsLagMs: 3000,
  conflictWait: { firstMs: 70, growth: 2, maxMs: 2000, wakeEarly: false },
};

const INSTANT: LatencyProfile = {
  ...DEFAULT_NFS,
  name: 'instant',
  steps: stepsTimes(0),
  startPerGiBMs: 0,
  startPerGiBCapMs: 0,
  hardShutdownPerGiBMs: 0,
  suspendPerGiBMs: 0,
  migratePerGiBMs: 0,
  copyBytesPerSecond: 0,
  scanPerVdiMs: 0,
  loginFailureMs: 0,
  eventBatchMs: 0,
  metricsLagMs: 0,
  conflictWait: { firstMs: 50, growth: 1, maxMs: 50, wakeEarly: true },
};

export const LATENCY_PROFILES: Readonly<Record<string, LatencyProfile>> = {
  instant: INSTANT,
  fast: FAST,
  'fast-nvme': FAST_NVME,
  'default-nfs': DEFAULT_NFS,
  lvmoiscsi: LVM_OVER_ISCSI,
  stressed: STRESSED,
};

/** @throws RangeError naming the profiles there are */
export function latencyProfile(name: string): LatencyProfile {
  const profile = LATENCY_PROFILES[name];
  if (profile === undefined) {
    throw new RangeError(
      `no latency profile "${name}"; there are: ${Object.keys(LATENCY_PROFILES).join(', ')}`,
    );
  }
  return profile;
}
