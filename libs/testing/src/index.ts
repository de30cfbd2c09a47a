/** What tests of all projects share. Never imported by code that ships. */
export { differencesOf, totalOf, type BilledLine } from './bill-oracle/compare.js';
export { type OracleHolding, type OracleNews, type OraclePrice } from './bill-oracle/history.js';
export { replayMonth, type OracleLine, type OracleQuestion } from './bill-oracle/replay.js';
export { useTestDatabase, type DatabaseTemplate, type TestDatabase } from './services/use-test-database.js';
export { useTestRedis, type TestRedis } from './services/use-test-redis.js';
