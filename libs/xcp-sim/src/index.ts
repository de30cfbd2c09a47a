// Purpose: the public face of the XenAPI simulator.
export { createSimPool, virtualClockOf, type InProcessPool, type SimTransport } from './create-sim-pool.js';
export {
  defaultOptions,
  DEFAULT_TEMPLATES,
  type ClockOptions,
  type DirectoryUser,
  type SimPoolOptions,
  type StorageOptions,
  type TemplateOptions,
} from './core/options.js';
export { parseJsonText, stateText } from './wire/json-text.js';
export { PERSONALITY_NAMES, type PersonalityName } from './datamodel/personality.js';
export { Disconnected, HttpError, XenFailure } from './core/failure.js';
export { LATENCY_PROFILES, type LatencyProfile } from './latency/profiles.js';
export { saveState, type SavedState } from './world/saved-state.js';
export type { CallEntry, CallLog, QueueHold, QueueWait } from './log/call-log.js';
export type { FaultEffect, FaultRule, FaultRules } from './faults/fault-rules.js';
export type { SimClock } from './clock/sim-clock.js';
export type { SimPool } from './core/sim-pool.js';
export { VirtualClock } from './clock/virtual-clock.js';
export {
  startSimServer,
  type ServedHost,
  type SimServer,
  type SimServerOptions,
} from './start-sim-server.js';
export { WorldEvents } from './world/world-events.js';
export { coverageByClass, type ClassCoverage } from './coverage.js';
export { writeDisk } from './storage/disk-writer.js';
export { coverageReport } from './coverage-report.js';
