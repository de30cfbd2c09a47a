/** Injection tokens of things that have no class of their own. */
export const METRICS = Symbol('metrics');
export const QUEUE_PROBE = Symbol('queue-probe');
export type QueueProbe = () => Promise<boolean>;
