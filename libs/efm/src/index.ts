/** Extended Function Modules: are their rules right, what does their appliance run, what do its counters and logs mean. */
export { canonicalJson } from './canonical-json.js';
export type { Capabilities } from './capabilities.js';
export type { EfmModule, RenderedModule } from './module.js';
export { changedChains, nftablesChange } from './nftables/change.js';
export { nftablesCounts, type Count } from './nftables/counts.js';
export type * from './observation.js';
export type { Flow, Verdict } from './reachability.js';
export { EFM_MODULES, countersOf, logEntryOf, moduleRenderer, verdictOf } from './registry.js';
