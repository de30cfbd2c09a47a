/** The domain of OpenVSYS: what a virtual system is, what must be done next, where it goes. No I/O, no clock, no randomness. */
export * from './access/index.js';
export * from './efm/index.js';
export * from './errors.js';
export * from './ids.js';
export * from './images/index.js';
export * from './lifecycle/index.js';
export * from './placement/index.js';
export * from './plan/index.js';
export * from './ports/index.js';
export * from './quota/index.js';
export * from './settings/index.js';
export * from './spec/index.js';
