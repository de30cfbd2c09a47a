/** One run of the CLI, without a process: arguments in, exit code out. */
import { CommanderError } from 'commander';
import { CliError, explain } from './cli-error.js';
import { Shell } from './context.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { Io } from './io.js';
import { safeLines } from './output/terminal-text.js';
import { createProgram } from './program.js';

/** `args` are those behind the name of the program. Never rejects. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const shell = new Shell(io);
  try {
    await createProgram(shell).parseAsync(args, { from: 'user' });
    return shell.exitCode;
  } catch (error) {
    return report(error, io);
  }
}

function report(error: unknown, io: Io): ExitCode {
  // Commander has written its message already; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof CliError && (error.exitCode === EXIT.interrupted || !io.signal.aborted)) {
    io.stderr.write(`${explain(error)}\n`);
    return error.exitCode;
  }
  if (io.signal.aborted) {
    io.stderr.write('interrupted\n');
    return EXIT.interrupted;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`error: vsysctl met something unexpected. Please report this:\n${safeLines(text)}\n`);
  return EXIT.defect;
}
