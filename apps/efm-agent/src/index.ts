/** The agent for tests and benchmarks; the program is `main.ts`. */
export { EfmAgent } from './agent.js';
export { parseDocument, type AgentDocument } from './document.js';
export * from './lab/index.js';
export type { Report } from './report/report.js';
export { readSettings, type Settings } from './settings.js';
