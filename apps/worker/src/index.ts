/** The worker as a value, for tests that run it in their own process. */
export { createWorker, type Worker, type WorkerParts } from './worker.js';
export type { ManagedPool } from './worker-parts.js';
