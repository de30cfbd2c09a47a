/** XCP pools behind the Hypervisor port. Everything that knows XenAPI is in here. */
export { createXcpHypervisor, type XcpHypervisorOptions, type XcpPool } from './xcp-hypervisor.js';
export { probePool, type ProbeOptions } from './care/probe-pool.js';
export type { SlotSizes } from './limits/slots.js';
export { InProcessTransport, type InProcessCall } from './transport/in-process-transport.js';
export { type CallOptions, type Transport, type TransportFactory } from './transport/transport.js';
