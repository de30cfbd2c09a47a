/** The CLI as a function, for tests and for programs that bring their own streams. */
export { run } from './run.js';
export type { Io, Terminal } from './io.js';
export { EXIT, type ExitCode } from './exit-codes.js';
export { readEnvironment, type Environment } from './environment.js';
