/** The simulated pool as a process, through its admin interface: tables, faults, changes of the world. */
import { Agent, fetch } from 'undici';
import { eventually } from '../process/eventually.js';
import { Program, PROGRAMS } from '../process/program.js';

export type Row = Readonly<Record<string, unknown>>;

/** See the README of the simulator. */
export interface Fault {
  readonly method: string;
  readonly object?: string;
  readonly nth?: number;
  readonly count?: number;
  readonly probability?: number;
  readonly effect:
    | { readonly kind: 'error'; readonly code: string; readonly params?: readonly string[] }
    | { readonly kind: 'slow'; readonly ms: number }
    | { readonly kind: 'lose-answer' | 'lose-request' | 'hang' | 'http-500' };
}

export type WorldChange =
  | { readonly change: 'host-down' | 'host-up' | 'master'; readonly host: number }
  | { readonly change: 'sr-full' | 'sr-normal'; readonly sr: string }
  /** Simulated ms. */
  | { readonly change: 'unreachable'; readonly ms: number }
  | { readonly change: 'restart' | 'drop-sessions' }
  | { readonly change: 'vm-power'; readonly vm: string; readonly state: 'Running' | 'Halted' };

export interface Call {
  readonly seq: number;
  readonly method: string;
  readonly outcome: string;
  readonly fault?: string;
}

interface ReadyLine {
  readonly hosts: readonly { readonly url: string }[];
  readonly admin: string;
}

const READY_LIMIT_MS = 30_000;
export const POOL_USER = 'root';
export const POOL_PASSWORD = 'secret';

/** Its hosts sign their own certificates. */
const anyCertificate = new Agent({ connect: { rejectUnauthorized: false } });

export class Simulator {
  private constructor(
    private readonly program: Program,
    /** One URL a host, the coordinator first. */
    readonly urls: readonly string[],
    private readonly admin: string,
  ) {}

  /** `environment` tunes the simulation (XCP_SIM_…). */
  static async start(logFile: string, environment: Readonly<Record<string, string>>): Promise<Simulator> {
    const program = new Program({
      name: 'simulator',
      path: PROGRAMS.simulator,
      environment: { XCP_SIM_PASSWORD: POOL_PASSWORD, ...environment },
      logFile,
    });
    await program.start();
    const line = await eventually(
      async () => program.findLogLine((candidate) => candidate.startsWith('{"ready":true')),
      { for: 'the simulator', limitMs: READY_LIMIT_MS },
    );
    const ready = JSON.parse(line) as ReadyLine;
    return new Simulator(
      program,
      ready.hosts.map(({ url }) => url),
      bypass(ready.admin, environment['XCP_SIM_BIND']),
    );
  }

  async table(name: string): Promise<readonly Row[]> {
    return (await this.ask('GET', `tables/${name}`)) as readonly Row[];
  }

  async addFault(fault: Fault): Promise<void> {
    await this.ask('POST', 'faults', fault);
  }

  async clearFaults(): Promise<void> {
    await this.ask('DELETE', 'faults');
  }

  /** How many calls each fault has hit, in the order in which they were added. */
  async faultHits(): Promise<readonly number[]> {
    const faults = (await this.ask('GET', 'faults')) as readonly { readonly hits: number }[];
    return faults.map(({ hits }) => hits);
  }

  /** While the pool is unreachable its admin interface is too: both are on the same port. */
  async change(change: WorldChange): Promise<void> {
    await this.ask('POST', 'world', change).catch((error: unknown) => {
      // These cut all connections of the coordinator, ours among them; an answer that is a refusal is no TypeError.
      const cutsUs = change.change === 'unreachable' || change.change === 'restart';
      if (!cutsUs || !(error instanceof TypeError)) throw error;
    });
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.admin}/${path}`, {
      method,
      // A kept connection may be one that a change of the world has cut.
      headers: { Connection: 'close' },
      dispatcher: anyCertificate,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const content: unknown = await answer.json();
    if (!answer.ok) throw new Error(`the simulator refused ${method} ${path}: ${JSON.stringify(content)}`);
    return content;
  }
}

/** Its own address, when clients are told another one, which leads over lines that may be cut. */
function bypass(admin: string, own: string | undefined): string {
  if (own === undefined) return admin;
  const url = new URL(admin);
  url.hostname = own;
  return url.href;
}
