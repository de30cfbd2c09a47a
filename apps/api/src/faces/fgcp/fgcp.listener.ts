/**
 * A TLS listener of this face's own that asks its callers for certificates. Who has one proves in the handshake that it has the
 * key; whose it is, is looked up, so any authority will do. Nothing but this face is served here.
 */
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { FGCP_PATH } from './fgcp.body.js';

export interface FgcpListening {
  readonly tls: { readonly port: number; readonly certFile: string; readonly keyFile: string } | undefined;
}

export interface FgcpListener {
  /** Undefined: there is none. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/** Rejects when a file cannot be read or the port is taken. */
export async function listenForFgcp({ tls }: FgcpListening, serve: RequestListener): Promise<FgcpListener> {
  if (tls === undefined) return { port: undefined, close: async () => undefined };
  const server = createServer(
    {
      cert: await readFile(tls.certFile),
      key: await readFile(tls.keyFile),
      requestCert: true,
      // Certificates of users need no authority that this process knows: they are compared with those that are registered.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    },
    onlyFgcp(serve),
  );
  server.listen(tls.port);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function onlyFgcp(serve: RequestListener): RequestListener {
  return (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path === `/${FGCP_PATH}`) {
      serve(request, response);
      return;
    }
    response.writeHead(404).end();
  };
}
