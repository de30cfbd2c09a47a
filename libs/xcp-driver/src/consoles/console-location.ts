/** Where the RFB console of a VM is at the moment (XenAPI VM.get_consoles, console.location). */
import { DomainError, type VServerId } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { findVm } from '../actions/find-parts.js';
import { XenApiError } from '../transport/transport.js';

export interface ConsoleLocation {
  /** XenAPI reference of the VM. */
  readonly vm: string;
  /** Where the VM ran when the location was read; undefined: anywhere. */
  readonly host: string | undefined;
  /** Number of the VM's domain: another one after each boot and each move. */
  readonly domid: number;
  /** XenAPI `host.address`; undefined: the coordinator knows where to go. */
  readonly address: string | undefined;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The location is `https://<address>/console?uuid=<console>`; anything else is not followed. */
function parsedLocation(text: string): Pick<ConsoleLocation, 'path' | 'query'> | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const query = Object.fromEntries(url?.searchParams ?? []);
  delete query['session_id'];
  return url?.pathname === '/console' && Object.keys(query).length > 0
    ? { path: url.pathname, query }
    : undefined;
}

const noConsole = (server: VServerId): DomainError =>
  new DomainError('conflict', `${server} has no screen at the moment.`, {
    retry: 'after-change',
    remedy: 'Start the server; a stopped or suspended one has no console.',
  });

/** Read from the pool, never from memory: consoles change with each boot and each move. Throws `conflict` without one. */
export async function locateConsole(
  pool: PoolAccess,
  server: VServerId,
  signal: AbortSignal,
): Promise<ConsoleLocation> {
  const found = findVm(pool.cache, server);
  if (found === undefined) throw noConsole(server);
  const { power_state, consoles, resident_on, domid } = await pool.calls.call(
    'VM.get_record',
    [found.ref],
    signal,
  );
  if (power_state !== 'Running' && power_state !== 'Paused') throw noConsole(server);
  for (const ref of consoles) {
    const record = await pool.calls.call('console.get_record', [ref], signal).catch(goneAsUndefined);
    const location = record?.protocol === 'rfb' ? parsedLocation(record.location) : undefined;
    if (location === undefined) continue;
    const host = resident_on ?? undefined;
    return {
      vm: found.ref,
      host,
      domid,
      address: pool.cache.find('host', host ?? null)?.address,
      ...location,
    };
  }
  throw noConsole(server);
}

/** The VM moved between the two questions. */
function goneAsUndefined(error: unknown): undefined {
  if (error instanceof XenApiError && error.code === 'HANDLE_INVALID') return undefined;
  throw error;
}
