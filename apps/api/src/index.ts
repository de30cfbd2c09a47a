/** The REST API of OpenVSYS as a process; see `main.ts`. Tests start it through these. */
export { AppModule } from './app.module.js';
export { setUpApp, type SetupOptions } from './app.setup.js';
export type { Infrastructure } from './infrastructure/infrastructure.js';
export { startApi, type RunningApi } from './start-api.js';
