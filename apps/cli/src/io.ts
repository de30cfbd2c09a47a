/** What a run of the CLI reads and writes. The process gives its own streams, tests give theirs. */
import type { Environment } from './environment.js';

/** A stream that people may sit in front of: live pictures and colours only when `isTTY`. */
export type Terminal = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Io {
  /** Results, and nothing but results: what a pipe gets. */
  readonly stdout: Terminal;
  /** Progress, questions and errors. */
  readonly stderr: Terminal;
  readonly environment: Environment;
  /** All of the standard input. */
  readonly readInput: () => Promise<string>;
  /** One line from the person at the terminal; undefined when nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Aborts when the person interrupts. */
  readonly signal: AbortSignal;
}
