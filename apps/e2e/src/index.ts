/** A whole installation for tests: processes, its users, faults, and an auditor. */
export { FARM } from './chaos/farm.js';
export { chaos, type ChaosPlan, type ChaosReport } from './chaos/chaos.js';
export { ChaosWorld, type ChaosOptions } from './chaos/chaos-world.js';
export { restoreOlderDatabase, type RestoreReport } from './chaos/older-database.js';
export { Cloud, LEASE_SECONDS, type CloudOptions } from './cloud/cloud.js';
export { ImageUser, type ApiAnswer, type ImageFile, type ImageOperation } from './cloud/image-user.js';
export { OwnServices } from './cloud/own-services.js';
export { Refusal, Tenant, type PowerVerb, type VsysOrder } from './cloud/tenant.js';
export { expectedPool, sorted } from './audit/expected-pool.js';
export {
  countDoneSteps,
  leaseEpoch,
  listChargedForNothing,
  listOpenIntervals,
  readLedger,
  type Ledger,
} from './audit/ledger.js';
export { readIso, type Iso } from './pool/read-iso.js';
export type { PoolObjects, PoolVm } from './pool/pool-objects.js';
export type { PoolUser } from './pool/pool-user.js';
export type { Fault, Simulator, WorldChange } from './pool/simulator.js';
export { eventually, until, type Wait } from './process/eventually.js';
export { seededRandom } from './process/seeded-random.js';
export type { Program } from './process/program.js';
