import type { LoggedCall } from '../calls/call-log.js';
export interface PoolSettings {
  /** Latency profile; see libs/xcp-sim. */
  readonly profile: string;
  /** Simulated seconds per second. */
  readonly timeScale: number;
  readonly hosts: number;
  /** A pool full of VMs that are not ours: hosts x VMs x disks, as in `16x10000x40000`. */
  readonly fleet?: string;
}
export type PoolRow = Readonly<Record<string, unknown>> & {
  readonly ref: string;
};
interface LogPage {
  readonly now: number;
  readonly calls: readonly LoggedCall[];
}
export declare class SimulatedPool {
  readonly settings: PoolSettings;
  readonly urls: readonly string[];
  readonly adminUrl: string;
  readonly password: string;
  private readonly service;
  private constructor();
  static start(settings: PoolSettings, folder: string): Promise<SimulatedPool>;
  /** What was called after the call with this number (0: all), oldest first, and the simulated time. */
  readLog(after?: number): Promise<LogPage>;
  /** Number of the newest call. */
  position(): Promise<number>;
  readTable(name: string): Promise<readonly PoolRow[]>;
  stop(): Promise<void>;
  private get;
}
export {};
