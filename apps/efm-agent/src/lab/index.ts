/**
 * A lab with real packets for tests and benchmarks: hosts in network namespaces, the agent as it ships, documents for it.
 * No part of the program.
 */
export * from './appliance.js';
export * from './certificates.js';
export * from './documents.js';
export * from './host.js';
export * from './inputs.js';
export * from './lab.js';
export * from './programs.js';
export * from './requirements.js';
export * from './measures/change-time.js';
export * from './measures/throughput.js';
