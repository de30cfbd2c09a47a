/** Extended Function Modules: are their rules right, what does their appliance run, what do its counters and logs mean. */
export { interfaceOfZone } from './appliance/interfaces.js';
export { canonicalJson } from './canonical-json.js';
export type { Capabilities } from './capabilities.js';
export type { EfmModule, RenderedModule } from './module.js';
export { nftablesChange, type RulesetChange } from './nftables/change.js';
export { nftablesCounts, type Count } from './nftables/counts.js';
export {
  chainInOrder,
  findCertificateFacts,
  type CertificateFacts,
} from './load-balancer/certificate-facts.js';
export type * from './observation.js';
export { type ChangedVerdict } from './preview/changed-verdicts.js';
export { documentDifference, type FileDifference } from './preview/document-difference.js';
export { findWayAcross, type AcrossStep, type AcrossWay, type OtherSystem } from './way/find-way-across.js';
export { findWay, type End, type Way, type WayStep, type WorldModel } from './way/find-way.js';
export type { Flow, Verdict } from './reachability.js';
export {
  EFM_MODULES,
  countersOf,
  logEntryOf,
  moduleRenderer,
  previewVerdicts,
  verdictOf,
} from './registry.js';
