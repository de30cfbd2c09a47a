// Purpose: members tell whose certificate to expect where they send their callers: asked by a header, answered by one.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { masterThumbprint, type ThumbprintHash } from '../behaviours/server-certificates.js';
import type { SimPool } from '../core/sim-pool.js';

const ASKED = 'x-xenapi-request-host-certificate-thumbprint';
const ANSWERED = 'x-xenapi-response-host-certificate-thumbprint';
const HASHES: Readonly<Record<string, ThumbprintHash>> = {
  'sha-256:master': 'sha-256',
  'sha-1:master': 'sha-1',
};

/** Adds the master's thumbprint to the answer HOST_IS_SLAVE, if the caller wants it and there is TLS. */
export function addThumbprint(sim: SimPool, request: IncomingMessage, response: ServerResponse): void {
  const hash = HASHES[String(request.headers[ASKED])];
  const thumbprint = hash === undefined ? undefined : masterThumbprint(sim, hash);
  if (thumbprint !== undefined) response.setHeader(ANSWERED, thumbprint);
}
