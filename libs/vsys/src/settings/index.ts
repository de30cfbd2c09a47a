/** What tenants set on whole systems beside their spec: tags, a lease, schedules. */
export * from './backup-policy.js';
export * from './lease.js';
export * from './schedule.js';
export * from './tags.js';
