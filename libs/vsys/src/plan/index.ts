export * from './action.js';
export * from './next-actions.js';
export * from './observed-index.js';
export * from './observed.js';
export * from './predict.js';
export * from './preview.js';
export { ACTION_KINDS, estimateMsOf } from './actions/registry.js';
export * from './unknown-parts.js';
export { isEfm } from './spec-index.js';
