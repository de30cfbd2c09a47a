export * from './clock.port.js';
export * from './hypervisor.port.js';
export * from './ids.port.js';
export * from './module-document.js';
export * from './module-renderer.port.js';
export * from './pool-lease.port.js';
export * from './provisioning-store.port.js';
export * from './text-sealer.port.js';
