/** Edits of configurations of EFMs. */
export { editEfm, inConfigTerms, violationsInConfigTerms, type EfmEdit } from './edit-efm.js';
export { formerConfig } from './former-config.js';
export { keepingKeys, withoutKeys, type WithParameters } from './keys.js';
export * from './load-balancer.js';
export * from './rules.js';
export { withWrittenConfig, writtenEfm, type WrittenConfig, type WrittenEfm } from './written-config.js';
