/** Extended Function Modules: are their rules right, and what does their appliance run. */
export type { EfmModule } from './module.js';
export { canonicalJson, type Json } from './canonical-json.js';
export { EFM_MODULES, moduleRenderer } from './registry.js';
