/** Limits: what is counted, how much a spec asks for, and whether that fits. */
export * from './quota-check.js';
export * from './quota-demand.js';
export * from './quota-resources.js';
