/** The generated client, bound to a server and a token. */
import { createClient, createConfig, type Client } from '@openvsys/api-client';
import { usageError } from '../cli-error.js';
import type { Connection } from '../profiles.js';

/** An API that needs longer for anything but a stream or a long wait does not answer, ms. */
const ANSWER_TIMEOUT_MS = 60_000;

/** `reason` goes with every request; the API keeps it with those that change something. */
export function openClient({ url, token }: Connection, signal: AbortSignal, reason?: string): Client {
  return createClient(
    createConfig({
      baseUrl: baseUrlOf(url),
      headers: { Authorization: `Bearer ${token}`, 'User-Agent': 'vsysctl', ...reasonHeader(reason) },
      fetch: fetchWithin(ANSWER_TIMEOUT_MS, signal),
    }),
  );
}

/** Throws a usage error when it is no http(s) URL. */
export function baseUrlOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw usageError(`“${url}” is no URL of a server.`, 'Give it like http://127.0.0.1:3000.');
  }
  return url.replace(/\/+$/, '');
}

function fetchWithin(ms: number, signal: AbortSignal): typeof fetch {
  return async (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(ms)]) });
}

/** Headers carry ASCII only. */
function reasonHeader(reason: string | undefined): Readonly<Record<string, string>> {
  return reason === undefined ? {} : { 'OpenVSYS-Reason': encodeURIComponent(reason) };
}
