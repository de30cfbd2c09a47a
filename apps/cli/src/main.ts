#!/usr/bin/env node
/** The process of `vsysctl`: its streams, its signals, its exit code. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { readEnvironment } from './environment.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { run } from './run.js';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Not `once`: libraries that put the cursor back end the process as soon as nobody else listens.
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort();
  });
}

// A reader that has seen enough (`vsysctl … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

/** Ctrl-D and a closed terminal are an empty answer. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal is read raw, so Ctrl-C comes as an event.
  terminal.once('SIGINT', () => interruption.abort());
  const closed = once(terminal, 'close').then(() => '');
  const answered = terminal.question(question, { signal: interruption.signal }).catch((error: Error) => {
    if (interruption.signal.aborted || error.name !== 'AbortError') throw error;
    return '';
  });
  try {
    return await Promise.race([answered, closed]);
  } finally {
    terminal.close();
  }
}

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: readEnvironment(),
  readInput: async () => text(process.stdin),
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  signal: interruption.signal,
};

process.exitCode = await run(process.argv.slice(2), io);
