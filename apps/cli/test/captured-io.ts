/** Streams, environment and configuration of a run that nobody sees. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { readEnvironment } from '../src/environment.js';
import type { ExitCode } from '../src/exit-codes.js';
import type { Io, Terminal } from '../src/io.js';
import { run } from '../src/run.js';

export interface Run {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
  /** Answers to questions, in order; given: somebody sits at the terminal. */
  readonly answers?: string[];
  /** Both streams are terminals. */
  readonly terminal?: true;
  readonly signal?: AbortSignal;
}

class Capture extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 200;
  readonly rows = 100;

  constructor(kind: 'terminal' | 'pipe') {
    super();
    this.isTTY = kind === 'terminal';
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

/** One user with an own configuration file: answers a function that runs `vsysctl …`. */
export function newUser(base: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'vsysctl-test-'));
  const configFile = join(folder, 'openvsys', 'config.yaml');
  const vsysctl = async (args: readonly string[], options: RunOptions = {}): Promise<Run> => {
    const kind = options.terminal === true ? 'terminal' : 'pipe';
    const stdout = new Capture(kind);
    const stderr = new Capture(kind);
    const io = ioOf(options, { OPENVSYS_CONFIG: configFile, ...base, ...options.env }, stdout, stderr);
    const code = await run(args, io);
    return { code, out: stdout.text, err: stderr.text };
  };
  return { folder, configFile, vsysctl };
}

function ioOf(
  { answers, input = '', signal = new AbortController().signal }: RunOptions,
  env: Readonly<Record<string, string>>,
  stdout: Terminal,
  stderr: Terminal,
): Io {
  return {
    stdout,
    stderr,
    environment: readEnvironment(env),
    readInput: async () => input,
    ask:
      answers === undefined
        ? undefined
        : async (question) => {
            stderr.write(question);
            return answers.shift() ?? '';
          },
    signal,
  };
}
