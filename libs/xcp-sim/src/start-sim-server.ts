// Purpose: a simulated pool behind real sockets, one port a host.
import { AdminInterface } from './server/admin-interface.js';
import { defaultOptions, type SimPoolOptions } from './core/options.js';
import { HostServer, type TlsOptions } from './server/host-server.js';
import { noteServerCertificate } from './behaviours/server-certificates.js';
import { AssembledPool } from './core/assembled-pool.js';
import type { CallLog } from './log/call-log.js';
import type { FaultRules } from './faults/fault-rules.js';
import type { SavedState } from './world/saved-state.js';
import type { SimPool } from './core/sim-pool.js';
import type { SimClock } from './clock/sim-clock.js';

export interface SimServerOptions extends SimPoolOptions {
  /** Port of the first host; the others follow. 0 takes free ones. */
  basePort: number;
  /** Address to listen on. */
  listenAddress: string;
  /** Host name or address under which clients reach the listener; taken from `listenAddress` if absent. */
  advertisedAddress: string;
  /** Key and certificate (PEM) per host; absent = plain HTTP. */
  tls: readonly TlsOptions[];
  /** A pool saved before. */
  state: SavedState;
}

export interface ServedHost {
  url: string;
  uuid: string;
  address: string;
}

export interface SimServer {
  hosts: readonly ServedHost[];
  pool: SimPool;
  clock: SimClock;
  faults: FaultRules;
  log: CallLog;
  /** URL of the simulator's own interface. */
  admin: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** A wildcard is no address a client could connect to. */
function reachableName(listenAddress: string, advertised: string | undefined): string {
  if (advertised !== undefined) return advertised;
  return listenAddress === '0.0.0.0' || listenAddress === '::' ? LOOPBACK : listenAddress;
}

/** Starts a pool and listens for every host. The first host is the master. */
export async function startSimServer(options: Partial<SimServerOptions> = {}): Promise<SimServer> {
  const {
    basePort = 0,
    listenAddress = LOOPBACK,
    advertisedAddress,
    tls = [],
    state,
    ...poolOptions
  } = options;
  const name = reachableName(listenAddress, advertisedAddress);
  const pool = new AssembledPool({ ...defaultOptions(), ...poolOptions }, state);
  const servers: HostServer[] = [];
  const hosts: ServedHost[] = [];
  const admin = new AdminInterface(pool);
  pool.connections.onCut((host) => servers[pool.hosts.indexOf(host)]?.dropConnections());
  const serve = async (index: number): Promise<void> => {
    const host = pool.hostAt(index);
    const server = new HostServer(pool, index, tls[index] ?? tls[0], (request, response, path) =>
      admin.serve(request, response, path),
    );
    servers[index] = server;
    const port = await server.listen(basePort === 0 ? 0 : basePort + index, listenAddress);
    const address = options.hostAddress?.(index) ?? `${name}:${port}`;
    // HOST_IS_SLAVE names this address, so it must be one that clients can reach.
    pool.db.update(host.row, { address });
    const certificate = tls[index]?.cert;
    if (certificate !== undefined) noteServerCertificate(pool, host.row, certificate);
    hosts.push({ url: `${server.scheme}://${name}:${port}`, uuid: host.row.uuid, address });
  };
  try {
    for (const index of pool.hosts.keys()) await serve(index);
  } catch (error) {
    await closeAll(pool, servers);
    throw error;
  }
  pool.connections.onJoin((host) => pool.runInBackground(() => serve(pool.hosts.indexOf(host))));
  return handleOf(pool, servers, hosts);
}

function handleOf(pool: SimPool, servers: readonly HostServer[], hosts: readonly ServedHost[]): SimServer {
  return {
    hosts,
    pool,
    clock: pool.clock,
    faults: pool.faults,
    log: pool.log,
    admin: `${hosts[0]?.url ?? ''}/_sim`,
    close: () => closeAll(pool, servers),
  };
}

async function closeAll(pool: SimPool, servers: readonly HostServer[]): Promise<void> {
  pool.close();
  await Promise.all(servers.map((server) => server.close()));
}
