/** How a server shares the processors of its host and what happens when it dies. Absent: as the image and the pool have it. */

export interface ServerTuning {
  /** Share of processor time under contention: 1 to 65535, 256 is usual (Xen credit scheduler). */
  readonly cpuWeight?: number;
  /** Most processor time in percent of one processor; 0: no bound. */
  readonly cpuCap?: number;
  /** Physical processors that it may use, ascending. */
  readonly cpuMask?: readonly number[];
  /** What the guest sees, for licences by socket; divides the number of vCPUs. */
  readonly coresPerSocket?: number;
  /** After the guest's kernel crashed (XenAPI VM.actions_after_crash). */
  readonly onCrash?: 'restart' | 'stop' | 'preserve';
  /** After its host died, on a pool with high availability (XenAPI VM.ha_restart_priority). */
  readonly afterHostFailure?: 'restart' | 'best-effort' | 'nothing';
  /** When the pool starts servers of a dead host again, lower ones come first (XenAPI VM.order): the server's `startOrder`. */
  readonly restartOrder?: number;
}

export const TUNING_KEYS = [
  'cpuWeight',
  'cpuCap',
  'cpuMask',
  'coresPerSocket',
  'onCrash',
  'afterHostFailure',
  'restartOrder',
] as const satisfies readonly (keyof ServerTuning)[];

/** The same wishes; what is absent in both is left to the image. */
export const isSameTuningSet = (a: ServerTuning = {}, b: ServerTuning = {}): boolean =>
  TUNING_KEYS.every((key) => String(a[key] ?? '') === String(b[key] ?? ''));

/** The tuning as its own text: what is told apart in titles and differences. */
export const tuningText = (tuning: ServerTuning = {}): string =>
  TUNING_KEYS.flatMap((key) => (tuning[key] === undefined ? [] : [`${key} ${String(tuning[key])}`])).join(
    ', ',
  );
