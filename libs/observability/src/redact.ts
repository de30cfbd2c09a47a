/**
 * Keeps secrets out of logs, twice: by the name of a field, at any depth, and by the look of a text
 * (URLs with credentials, bearer tokens), because error messages quote what they were given.
 */

export const REDACTED = '[redacted]';

/** Names of fields that hold secrets, in any spelling (`apiToken`, `api_token`, `X-Api-Token`). */
const SECRET_NAME =
  /pass(word|wd|phrase)|secret|token|authorization|cookie|private_?key|credential|api_?key|session_?(id|ref)$|user_?data/i;

/** Deeper structures are data dumps nobody reads in a log. */
const MAX_DEPTH = 8;

const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@/"]+@/gi;
const AUTHORIZATION = /\b(bearer|basic)\s+[\w+/=.~-]{8,}/gi;
/** XenAPI session references authenticate whoever knows them. */
const SESSION_REFERENCE = /(session[^"\s]{0,3}["\s:=]+)OpaqueRef:[0-9a-f-]{36}/gi;

/** `"name":"value"` with a secret's name. Names hold no quotes, values may hold escaped ones. */
const SECRET_IN_JSON = new RegExp(
  `("[^"]*(?:${SECRET_NAME.source.replaceAll('$', '')})[^"]*":)"(?:[^"\\\\]|\\\\.)*"`,
  'gi',
);

/** Replaces secrets in a finished log line: bindings of child loggers are not seen by any other hook. */
export function redactLine(line: string): string {
  return redactText(line.replaceAll(SECRET_IN_JSON, `$1"${REDACTED}"`));
}

/** Replaces secrets inside a text. */
export function redactText(text: string): string {
  return text
    .replaceAll(URL_CREDENTIALS, `$1:${REDACTED}@`)
    .replaceAll(AUTHORIZATION, `$1 ${REDACTED}`)
    .replaceAll(SESSION_REFERENCE, `$1${REDACTED}`);
}

/** A copy without the values of secret fields. Errors stay as they are: the logger has a serializer for them. */
export function redactFields(value: unknown): unknown {
  return redactAt(value, 0, new Set());
}

function redactAt(value: unknown, depth: number, above: ReadonlySet<object>): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (value instanceof Date || Buffer.isBuffer(value)) return value instanceof Date ? value : '[bytes]';
  if (above.has(value)) return '[circular]';
  if (depth >= MAX_DEPTH) return '[deep]';
  const path = new Set(above).add(value);
  if (Array.isArray(value)) return value.map((item: unknown) => redactAt(item, depth + 1, path));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => [
      name,
      SECRET_NAME.test(name) && field !== undefined && field !== null
        ? REDACTED
        : redactAt(field, depth + 1, path),
    ]),
  );
}
