/** What tests of all projects share. Never imported by code that ships. */
export { useTestDatabase, type DatabaseTemplate, type TestDatabase } from './services/use-test-database.js';
export { useTestRedis, type TestRedis } from './services/use-test-redis.js';
export { fuzz, type FuzzCounts, type FuzzTarget } from './fuzz/fuzz.js';
