/**
 * One Node process of ours (API, worker, simulator): started, waited for, restarted when it dies by itself.
 *
 *   starting ──ready──► running ──dies──► restarting ──► running
 *                          └──stop(), kill()──► stopped
 */
import { openSync, closeSync, fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startGuarded, type GuardedProcess } from '@openvsys/embedded';
import { inheritedEnvironment } from '@openvsys/config';

export interface ServiceOptions {
  readonly name: string;
  /** Built program, absolute. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  /** Answers with a 2xx as soon as the service works; without it the service is ready by `readyLine`. */
  readonly readyUrl?: string;
  /** A line of the log that means ready. */
  readonly readyLine?: (line: string) => boolean;
  /** Told when it died and was started again. */
  readonly onRestart?: (code: number) => void;
}

/** A cold start on a busy machine takes some seconds: compile, connect, migrate. */
const READY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** Something that dies again and again must not eat the machine. */
const RESTART_PAUSE_MS = 1_000;

export class Service {
  private stopping = false;
  private logStart = 0;

  private constructor(
    private readonly options: ServiceOptions,
    private process: GuardedProcess,
  ) {}

  /** Resolves when ready; rejects with the place of the log when it ends or does not get ready. */
  static async start(options: ServiceOptions): Promise<Service> {
    const logStart = sizeOf(options.logFile);
    const service = new Service(options, await launch(options));
    service.logStart = logStart;
    try {
      await service.waitUntilReady();
    } catch (error) {
      await service.stop();
      throw error;
    }
    void service.superviseForever();
    return service;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** The first line of this start's log that satisfies the predicate. */
  async findLogLine(predicate: (line: string) => boolean): Promise<string | undefined> {
    const text = await readFile(this.options.logFile).catch(() => Buffer.alloc(0));
    return text.subarray(this.logStart).toString('utf8').split('\n').find(predicate);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.process.stop();
  }

  /** Ends it with SIGKILL, as a crash would, and leaves it dead. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.stopping = true;
    process.kill(this.process.pid, 'SIGKILL');
    await this.process.exited;
  }

  private async waitUntilReady(): Promise<void> {
    const { name, logFile } = this.options;
    let exitCode: number | undefined;
    void this.process.exited.then((code) => (exitCode = code));
    const deadline = Date.now() + READY_LIMIT_MS;
    while (!(await this.isReady())) {
      if (exitCode !== undefined) throw new Error(`${name} ended with code ${exitCode}: see ${logFile}`);
      if (Date.now() > deadline)
        throw new Error(`${name} was not ready in ${READY_LIMIT_MS / 1000} s: see ${logFile}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  private async isReady(): Promise<boolean> {
    const { readyUrl, readyLine } = this.options;
    if (readyLine) return (await this.findLogLine(readyLine)) !== undefined;
    if (readyUrl === undefined) return true;
    const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.ok === true;
  }

  private async superviseForever(): Promise<void> {
    for (;;) {
      const code = await this.process.exited;
      if (this.stopping) return;
      this.options.onRestart?.(code);
      await delay(RESTART_PAUSE_MS);
      if (this.stopping) return;
      this.process = await launch(this.options);
    }
  }
}

async function launch({ program, environment, logFile }: ServiceOptions): Promise<GuardedProcess> {
  return startGuarded({
    command: process.execPath,
    args: ['--enable-source-maps', '--disable-warning=ExperimentalWarning', program],
    env: inheritedEnvironment(environment),
    logFile,
  });
}

function sizeOf(path: string): number {
  const file = openSync(path, 'a', 0o600);
  try {
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}
