/** Queries and writes of the use cases. Each takes the session of the caller's transaction first. */
export * from './addresses.js';
export * from './catalog.js';
export * from './descriptors.js';
export * from './idempotency.js';
export * from './invariants.js';
export * from './operations.js';
export * from './organizations.js';
export * from './paging.js';
export * from './pool-operations.js';
export * from './quota-demand.js';
export * from './quotas.js';
export * from './reads/index.js';
export { insertAudit, type NewAuditEntry } from './records.js';
export * from './scope-condition.js';
export * from './tokens.js';
export * from './usage.js';
export * from './vdcs.js';
export * from './vsys-admission.js';
