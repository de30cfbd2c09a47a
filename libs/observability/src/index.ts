/** Logs, metrics and probes. Free of any framework. */
export { createLogger, type Logger, type LoggerSettings } from './create-logger.js';
export { createMetrics, measureAction, type Metrics } from './create-metrics.js';
export { getLogContext, withLogContext, type LogContext } from './log-context.js';
export { REDACTED, redactFields, redactText } from './redact.js';
export { startProbeServer, type ProbeServer, type ProbeServerOptions } from './start-probe-server.js';
