/** What HAProxy logs of a load balancer: a line a request in our own format, and members that come and go. */
import type { LoadBalancerInput } from '@openvsys/vsys';
import { pairEntry } from '../firewall/logs.js';
import type { EfmLogEntry, NativeLogLine } from '../observation.js';
import { backendName, frontendName } from './model.js';

/** `key=value`, texts of clients in quotes; the variables are those of HAProxy's log-format. */
const COMMON = 'listener=%f member=%s client=%ci clientPort=%cp ms=%Tt bytes=%B end=%ts active=%ac';
const asWord = (format: string): string => format.replaceAll(' ', '\\ ');
export const TCP_LOG = asWord(`openvsys ${COMMON}`);
export const HTTP_LOG = asWord(`openvsys ${COMMON} status=%ST request=%{+Q}r`);

const REQUEST = /openvsys (listener=.*)$/;
const SERVER = /Server ([^/\s]+)\/(\S+) is (UP|DOWN)(?:[,.]? reason: ([^,]+))?/;

export function loadBalancerLog(input: LoadBalancerInput, line: NativeLogLine): EfmLogEntry | undefined {
  if (line.program !== 'haproxy') return pairEntry(line);
  return requestEntry(input, line) ?? memberEntry(input, line);
}

function requestEntry(
  { listeners }: LoadBalancerInput,
  { at, text }: NativeLogLine,
): EfmLogEntry | undefined {
  const found = REQUEST.exec(text)?.[1];
  if (found === undefined) return undefined;
  const fields = Object.fromEntries(
    [...found.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g)].map(([, key = '', inQuotes, bare = '']) => [
      key,
      inQuotes ?? bare,
    ]),
  );
  // An encrypted listener has a “~” behind its name.
  const frontend = (fields['listener'] ?? '').replace(/~$/, '');
  const index = listeners.findIndex(({ name }) => frontendName(name) === frontend);
  const listener = listeners[index];
  if (!listener) return undefined;
  return {
    at,
    kind: 'request',
    pointer: `/config/listeners/${index}`,
    fields: { ...fields, listener: listener.name },
  };
}

function memberEntry({ listeners }: LoadBalancerInput, { at, text }: NativeLogLine): EfmLogEntry | undefined {
  const [, backend, member, state, reason] = SERVER.exec(text) ?? [];
  const index = listeners.findIndex(({ name }) => backendName(name) === backend);
  const listener = listeners[index];
  if (!listener || member === undefined || state === undefined) return undefined;
  const fields = { listener: listener.name, member, state: state.toLowerCase() };
  return {
    at,
    kind: 'health',
    pointer: `/config/listeners/${index}`,
    fields: reason === undefined ? fields : { ...fields, reason },
  };
}
