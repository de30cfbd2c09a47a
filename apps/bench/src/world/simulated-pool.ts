/** A simulated pool as a process, and its own interface: log, tables, clock. */
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { PROGRAMS, Service } from '@openvsys/local';
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

export type PoolRow = Readonly<Record<string, unknown>> & { readonly ref: string };

interface LogPage {
  readonly now: number;
  readonly calls: readonly LoggedCall[];
}

/** Memory never is what limits a measure here. */
const HOST_MEMORY_GIB = 16_384;
const LOG_PAGE = 20_000;

export class SimulatedPool {
  private constructor(
    readonly settings: PoolSettings,
    readonly urls: readonly string[],
    readonly adminUrl: string,
    readonly password: string,
    private readonly service: Service,
  ) {}

  static async start(settings: PoolSettings, folder: string): Promise<SimulatedPool> {
    const password = randomUUID();
    const service = await Service.start({
      name: 'Simulator',
      program: PROGRAMS.simulator,
      environment: {
        XCP_SIM_PASSWORD: password,
        XCP_SIM_PROFILE: settings.profile,
        XCP_SIM_TIME_SCALE: String(settings.timeScale),
        XCP_SIM_HOSTS: String(settings.hosts),
        XCP_SIM_HOST_MEMORY_GIB: String(HOST_MEMORY_GIB),
        XCP_SIM_SR_SIZE_GIB: '65536',
        ...(settings.fleet === undefined ? {} : { XCP_SIM_FLEET: settings.fleet }),
      },
      logFile: join(folder, 'logs', 'simulator.log'),
      readyLine: isReady,
    });
    const line = await service.findLogLine(isReady);
    const ready = JSON.parse(line ?? '{}') as { hosts: readonly { url: string }[]; admin: string };
    const urls = ready.hosts.map(({ url }) => url);
    return new SimulatedPool(settings, urls, ready.admin, password, service);
  }

  /** What was called after the call with this number (0: all), oldest first, and the simulated time. */
  async readLog(after = 0): Promise<LogPage> {
    const calls: LoggedCall[] = [];
    for (;;) {
      const last = calls.at(-1)?.seq ?? after;
      const page = (await this.get(`log?after=${last}&limit=${LOG_PAGE}`)) as LogPage;
      calls.push(...page.calls);
      if (page.calls.length < LOG_PAGE) return { now: page.now, calls };
    }
  }

  /** Number of the newest call. */
  async position(): Promise<number> {
    return (await this.readLog()).calls.at(-1)?.seq ?? 0;
  }

  async readTable(name: string): Promise<readonly PoolRow[]> {
    return (await this.get(`tables/${name}`)) as readonly PoolRow[];
  }

  /** Simulated seconds per second from now on. */
  async setSpeed(speed: number): Promise<void> {
    const answer = await fetch(`${this.adminUrl}/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ speed }),
    });
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status} for its clock`);
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }

  private async get(path: string): Promise<unknown> {
    const answer = await fetch(`${this.adminUrl}/${path}`);
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status} for ${path}`);
    return answer.json();
  }
}

function isReady(line: string): boolean {
  return line.startsWith('{"ready":true');
}
