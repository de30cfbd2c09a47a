/** What the launcher is made of, for programs that bring up parts of the same stack: the benchmarks. */
export { PROGRAMS, cacheFolder, descriptorsFolder, workspaceRoot } from './stack/programs.js';
export { seedDatabase, type SeedRequest } from './stack/seed-database.js';
export { Service, type ServiceOptions } from './stack/service.js';
export type { Credentials } from './stack/credentials.js';
export type { RunningPool } from './stack/start-simulator.js';
