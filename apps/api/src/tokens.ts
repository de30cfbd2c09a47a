/** Injection tokens of things that have no class of their own. */
export const METRICS = Symbol('metrics');
/** `FgcpSettings` */
export const FGCP_SETTINGS = Symbol('fgcp-settings');
export const QUEUE_PROBE = Symbol('queue-probe');
/** `RequestLimiter`, or null where requests are not limited. */
export const REQUEST_LIMITER = Symbol('request-limiter');
export type QueueProbe = () => Promise<boolean>;
/** The configured public URL, or null where there is none. */
export const PUBLIC_URL = Symbol('public-url');
