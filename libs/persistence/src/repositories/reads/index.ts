/** Reads behind the API's lists and single answers. All page by key; all of tenants' things take a Scope. */
export * from './audit.reads.js';
export * from './capacity.reads.js';
export * from './catalog.reads.js';
export * from './descriptor.reads.js';
export * from './efm-logs.reads.js';
export * from './efm-versions.reads.js';
export * from './efm.reads.js';
export * from './event.reads.js';
export * from './generation.reads.js';
export * from './metric.reads.js';
export * from './operation.reads.js';
export * from './part.reads.js';
export * from './pool.reads.js';
export * from './vsys.reads.js';
export * from './vsys-origin.reads.js';
export * from './backup.reads.js';
