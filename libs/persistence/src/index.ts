/** PostgreSQL behind the ports of the domain. Entities and query builders never leave this package. */
export * from './database.js';
export { SCHEMA_VERSION } from './migrations/index.js';
export * from './session.js';
export * from './sealed-secret.js';
export * from './text-sealer.js';
export * from './repositories/index.js';
export * from './stores/capacity.store.js';
export * from './stores/notifications.js';
export * from './stores/pg-pool-lease.store.js';
export * from './stores/pg-provisioning.store.js';
export { PgUsageStore } from './stores/usage/pg-usage.store.js';
export * from './stores/pool-finding.store.js';
export * from './stores/pool-operation.store.js';
export * from './stores/pool.store.js';
export { readDescriptorFiles, type DescriptorFile, type SeededDescriptor } from './seed/seed-descriptors.js';
export { DEMO_CONTRACT, seedDemo, type SeededDemo, type SeedOptions } from './seed/seed-demo.js';
export { seedProvider, type ProviderSeed, type SeededProvider } from './seed/seed-provider.js';
