/** Runs one program to its end: bounded in time and output, input by stdin, nothing through a shell. */
import { spawn } from 'node:child_process';

export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  readonly input?: string;
  /** After this it is killed and counts as failed; default 20 s. */
  readonly timeoutMs?: number;
  /** What it may print, bytes; the rest is thrown away. Default 64 MiB for stdout: a listing of 10,000 rules is some 10 MiB. */
  readonly outputLimit?: number;
}

/** A program that could not be run, ran too long or said no. The message has its last words. */
export class ToolError extends Error {
  override readonly name = 'ToolError';

  constructor(
    readonly program: string,
    readonly result: ToolResult,
    reason: string,
  ) {
    super(`${program} ${reason}: ${lastWords(result)}`);
  }
}

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_OUTPUT_LIMIT = 64 * 1024 * 1024;
/** Output of an ended program is read within this time, ms. */
const PIPE_GRACE_MS = 500;
/** What of a complaint goes into a report. The first lines name the place. */
const WORDS_LIMIT = 2_000;

function lastWords({ stderr, stdout }: ToolResult): string {
  const text = (stderr.trim() === '' ? stdout : stderr).trim();
  return text.length <= WORDS_LIMIT ? text : `${text.slice(0, WORDS_LIMIT)} …`;
}

/** Ends with whatever code the program ends with. Throws ToolError when it cannot be started or runs too long. */
export async function tryTool(
  program: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const { input, timeoutMs = DEFAULT_TIMEOUT_MS, outputLimit = DEFAULT_OUTPUT_LIMIT } = options;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const stdout = collect(child.stdout, outputLimit);
  const stderr = collect(child.stderr, outputLimit);
  // A program that ends without reading its input is judged by its code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode ?? 1));
      // A daemon that it left behind may keep the pipes open.
      child.once('exit', (exitCode) => setTimeout(resolve, PIPE_GRACE_MS, exitCode ?? 1).unref());
    });
    const result = { code, stdout: stdout(), stderr: stderr() };
    if (isLate) throw new ToolError(program, result, `did not end within ${timeoutMs} ms`);
    return result;
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError(program, { code: 127, stdout: '', stderr: String(error) }, 'cannot be run');
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Throws ToolError when the program does not end with 0. */
export async function runTool(
  program: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const result = await tryTool(program, args, options);
  if (result.code === 0) return result;
  throw new ToolError(program, result, `ended with code ${result.code}`);
}

function collect(stream: NodeJS.ReadableStream, limit: number): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size >= limit) return;
    chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
