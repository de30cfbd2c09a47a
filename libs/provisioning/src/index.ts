/** The engine: brings every VSYS of a pool to its spec. Knows ports only, neither database nor queue nor XenAPI. */
export { VsysLoop, type LoopEnd, type WakeReason } from './converge.js';
export {
  SILENT_LOG,
  SILENT_OBSERVER,
  type Authority,
  type EngineDeps,
  type EngineLog,
  type EngineObserver,
} from './engine-deps.js';
export { FAULT_POINTS, withFaultPoints, type FaultHandler, type FaultPoint } from './fault-points.js';
export { PoolOwnership, type OwnershipDeps, type OwnershipOptions } from './ownership.js';
export {
  surveyFindings,
  unknownPartsOf,
  type Finding,
  type SurveyedPart,
  type SurveyedSystem,
  type SurveyInput,
} from './survey-pool.js';
export { DEFAULT_MAX_LOOPS, PoolEngine, type PoolEngineOptions } from './pool-engine.js';
