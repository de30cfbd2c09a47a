/**
 * A built program of the workspace as a process that tests may kill and start again.
 *
 *   started ──kill()──► dead ──start()──► started ──stop()──► dead
 */
import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inheritedEnvironment } from '@openvsys/config';
import { isAlive, startGuarded, type GuardedProcess } from '@openvsys/embedded';

const workspaceRoot = join(import.meta.dirname, '../../../..');

export const PROGRAMS = {
  api: join(workspaceRoot, 'apps/api/dist/main.js'),
  worker: join(workspaceRoot, 'apps/worker/dist/main.js'),
  simulator: join(workspaceRoot, 'apps/xcp-sim/dist/main.js'),
} as const;

export const descriptorsFolder = join(workspaceRoot, 'descriptors');

/** Server programs that were fetched once for all. */
export const cacheFolder = join(workspaceRoot, '.openvsys/cache');

const NODE_OPTIONS = ['--enable-source-maps', '--disable-warning=ExperimentalWarning'];

export interface ProgramOptions {
  readonly name: string;
  /** Built program, absolute. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** What starts it instead of being started itself, e.g. `nsenter …`; it must become the program and keep the pid. */
  readonly within?: readonly string[];
}

export class Program {
  private process: GuardedProcess | undefined;

  constructor(private readonly options: ProgramOptions) {}

  get name(): string {
    return this.options.name;
  }

  get isRunning(): boolean {
    return this.process !== undefined && isAlive(this.process.pid);
  }

  /** Resolves when the process is there, which is before it is ready. */
  async start(): Promise<void> {
    const { path, environment, logFile, name, within = [] } = this.options;
    if (!existsSync(path)) throw new Error(`${path} is missing: run \`npm run build\` first`);
    await appendFile(logFile, `--- ${name} starts\n`);
    const [command, ...args] = [...within, process.execPath, ...NODE_OPTIONS, path];
    this.process = await startGuarded({
      command,
      args,
      env: inheritedEnvironment({ ...environment, NODE_ENV: 'test' }),
      logFile,
    });
  }

  /** kill -9; resolves when it is dead. */
  async kill(): Promise<void> {
    await this.signal('SIGKILL');
    await this.process?.exited;
  }

  /** SIGSTOP and SIGCONT freeze and thaw it. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    if (this.process === undefined) throw new Error(`${this.name} was never started`);
    process.kill(this.process.pid, signal);
    await Promise.resolve();
  }

  /** An orderly end. */
  async stop(): Promise<void> {
    await this.process?.stop();
  }

  /** The first line of the log that satisfies the predicate. */
  async findLogLine(predicate: (line: string) => boolean): Promise<string | undefined> {
    const text = await readFile(this.options.logFile, 'utf8').catch(() => '');
    return text.split('\n').find(predicate);
  }
}
