/** Structured logs: one JSON object a line, with the context of the work and without secrets. */
import { pino, stdSerializers, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { getLogContext } from './log-context.js';
import { redactFields, redactLine } from './redact.js';

export type { Logger } from 'pino';

export interface LoggerSettings {
  /** Name of the process: `api`, `worker` … */
  readonly name: string;
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Fields of every line, for example the worker's id. */
  readonly fields?: Readonly<Record<string, string | number>>;
  /** stdout when absent. */
  readonly destination?: DestinationStream;
}

/** Enough levels of `cause` to find where it came from. */
const MAX_CAUSES = 5;

/** An error with its own fields (code, pointer, remedy …) redacted; pino's serializer would flatten causes to text. */
function serializeError(error: unknown, causes = MAX_CAUSES): unknown {
  if (!(error instanceof Error)) return redactFields(error);
  const { raw: _raw, aggregateErrors: _aggregate, ...plain } = stdSerializers.errWithCause(error);
  const cause =
    causes > 0 && error.cause !== undefined ? { cause: serializeError(error.cause, causes - 1) } : {};
  return { ...(redactFields(plain) as object), ...cause };
}

/** Makes the logger of a process. Its children share redaction and context. */
export function createLogger({ name, level, fields = {}, destination }: LoggerSettings): Logger {
  const options: LoggerOptions = {
    level,
    base: { name, pid: process.pid, ...fields },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => ({ ...getLogContext() }),
    serializers: {
      err: (error: unknown) => serializeError(error),
      error: (error: unknown) => serializeError(error),
    },
    formatters: {
      level: (label) => ({ level: label }),
      log: (line) => redactFields(line) as Record<string, unknown>,
    },
    hooks: { streamWrite: redactLine },
  };
  return destination ? pino(options, destination) : pino(options);
}
