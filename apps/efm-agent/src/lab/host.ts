/**
 * A machine of the lab: namespaces of its own for network, processes and mounts. Everything in it dies with its first
 * process, and that one ends when the test's end of its input is closed, however the test ends.
 */
import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Folders that programs use by fixed paths; each host gets its own. */
const OWN_FOLDERS = ['/run/wireguard'];
const LOOK_EVERY_MS = 5;
const START_LIMIT_MS = 5_000;

export class Host {
  private constructor(
    readonly name: string,
    private readonly holder: ChildProcess,
    /** Of the first process, as the test's own namespace counts. */
    readonly pid: number,
  ) {}

  static async start(name: string): Promise<Host> {
    const holder = spawn(
      'unshare',
      ['--net', '--mount', '--uts', '--pid', '--fork', '--mount-proc', '--propagation', 'private', 'cat'],
      { stdio: ['pipe', 'ignore', 'inherit'] },
    );
    const host = new Host(name, holder, await findChild(holder));
    for (const folder of OWN_FOLDERS) {
      mkdirSync(folder, { recursive: true });
      await host.run('mount', '-t', 'tmpfs', 'lab', folder);
    }
    await host.run('ip', 'link', 'set', 'lo', 'up');
    return host;
  }

  /** Throws unless it ends with 0; answers what it printed. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(program, ...args);
    if (code === 0) return stdout;
    throw new Error(`${this.name}: ${program} ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  }

  async try(program: string, ...args: readonly string[]): Promise<Ended> {
    return endOf(this.spawn(program, ...args));
  }

  /** Like `run`, with text on its standard input. */
  async feed(input: string, program: string, ...args: readonly string[]): Promise<string> {
    const child = this.spawn(program, ...args);
    child.stdin.end(input);
    const { code, stdout, stderr } = await endOf(child);
    if (code === 0) return stdout;
    throw new Error(`${this.name}: ${program} ended with ${code}: ${stderr}`);
  }

  /** Runs until it ends by itself or the host goes. */
  spawn(program: string, ...args: readonly string[]): ChildProcessWithoutNullStreams {
    const enter = [
      '--target',
      String(this.pid),
      '--net',
      '--mount',
      '--uts',
      '--pid',
      '--',
      program,
      ...args,
    ];
    return spawn('nsenter', enter, { stdio: ['pipe', 'pipe', 'pipe'] });
  }

  async close(): Promise<void> {
    if (this.holder.exitCode !== null) return;
    const gone = once(this.holder, 'exit');
    this.holder.stdin?.destroy();
    await gone;
  }
}

export async function endOf(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, stdout, stderr };
}

/** `unshare --fork` has one child: the first process of the new namespaces. */
async function findChild(holder: ChildProcess): Promise<number> {
  const end = performance.now() + START_LIMIT_MS;
  while (performance.now() < end) {
    const children = readChildren(holder.pid ?? 0);
    // The command replaces the fork of unshare only after everything is unshared and mounted.
    if (children !== undefined && readFileSync(`/proc/${children}/comm`, 'utf8').trim() === 'cat')
      return children;
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_EVERY_MS);
    });
  }
  throw new Error('no namespace came up');
}

function readChildren(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? undefined : Number(text.split(' ')[0]);
  } catch {
    return undefined;
  }
}
