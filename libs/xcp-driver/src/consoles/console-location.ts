/** Where the RFB console of a VM is at the moment (XenAPI VM.get_consoles, console.location). */
import { DomainError, type VServerId } from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import { findVm } from '../actions/find-parts.js';
import type { Ref } from '../generated/records.js';
import { XenApiError } from '../transport/transport.js';

export interface ConsoleLocation {
  /** XenAPI reference of the VM. */
  readonly vm: Ref<'VM'>;
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

/** The device model of a VM tells its port a moment after the VM runs. */
const TRIES = 8;
const PAUSE_MS = 250;

/** Read from the pool, never from memory: consoles change with each boot and each move. Throws `conflict` without one. */
export async function locateConsole(
  pool: PoolAccess,
  server: VServerId,
  signal: AbortSignal,
): Promise<ConsoleLocation> {
  const vm = findVm(pool.cache, server)?.ref;
  if (vm === undefined) throw noConsole(server);
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const record = await pool.calls.call('VM.get_record', [vm], signal);
    if (record.power_state !== 'Running' && record.power_state !== 'Paused') break;
    const location = await firstRfb(pool, record.consoles, signal);
    if (location !== undefined) {
      const host = record.resident_on ?? undefined;
      const address = pool.cache.find('host', host ?? null)?.address;
      return { vm, host, domid: record.domid, address, ...location };
    }
    await pool.clock.sleep(PAUSE_MS, signal);
  }
  throw noConsole(server);
}

async function firstRfb(
  pool: PoolAccess,
  consoles: readonly Ref<'console'>[],
  signal: AbortSignal,
): Promise<Pick<ConsoleLocation, 'path' | 'query'> | undefined> {
  for (const ref of consoles) {
    const record = await pool.calls.call('console.get_record', [ref], signal).catch(goneAsUndefined);
    const location = record?.protocol === 'rfb' ? parsedLocation(record.location) : undefined;
    if (location !== undefined) return location;
  }
  return undefined;
}

/** The VM moved between the two questions. */
function goneAsUndefined(error: unknown): undefined {
  if (error instanceof XenApiError && error.code === 'HANDLE_INVALID') return undefined;
  throw error;
}
