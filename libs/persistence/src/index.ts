/** PostgreSQL behind the ports of the domain. Entities and query builders never leave this package. */
export * from './database.js';
export * from './session.js';
export * from './sealed-secret.js';
export * from './repositories/index.js';
export * from './stores/capacity.store.js';
export * from './stores/pg-pool-lease.store.js';
export * from './stores/pg-provisioning.store.js';
export * from './stores/pool.store.js';
