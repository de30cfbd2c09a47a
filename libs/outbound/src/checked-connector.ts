/**
 * Connections that go to exactly the address that was checked. The name is resolved once, by the connection itself: a
 * server of names that answers differently the second time (DNS rebinding) is never asked a second time.
 *
 *   name ──resolve──► addresses ──guard──► connect to one of these ──TLS──► certificate of the name
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { callbackify } from 'node:util';
import { DomainError } from '@openvsys/vsys';
import { Agent } from 'undici';

type Family = Parameters<LookupFunction>[1]['family'];

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** By the system: /etc/hosts, then its servers of names. */
export const resolveBySystem: Resolve = async (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, found) => {
      if (error === null) resolve(found.map(({ address }) => address));
      else reject(error);
    });
  });

export interface ConnectorOptions {
  readonly resolve: Resolve;
  /** May a connection go to this address? */
  readonly allows: (address: string) => boolean;
  readonly connectTimeoutMs: number;
  /** PEM of further authorities, beside those of the system. */
  readonly ca: readonly string[] | undefined;
}

/** Of all addresses of a name, one that must not be reached spoils the name: such a name is no accident. */
export async function checkedAddresses(
  hostname: string,
  { resolve, allows }: Pick<ConnectorOptions, 'resolve' | 'allows'>,
): Promise<readonly string[]> {
  const addresses = isIP(hostname) === 0 ? await resolve(hostname) : [hostname];
  const refused = addresses.find((address) => !allows(address));
  if (refused !== undefined || addresses.length === 0) throw refusedAddress(hostname);
  return addresses;
}

/** The address itself stays out of the answer: it would tell tenants about the inner network. */
export function refusedAddress(hostname: string): DomainError {
  return new DomainError('invalid-request', `“${hostname}” does not lead to a public address.`, {
    remedy:
      'Give an https address that anybody in the internet can reach, or ask the operator to open its range.',
    retry: 'after-change',
  });
}

/** Both protocols of one guard; connections are kept for as long as undici keeps them. */
export function createCheckedAgent(options: ConnectorOptions): Agent {
  return new Agent({
    connect: {
      lookup: checkedLookup(options),
      timeout: options.connectTimeoutMs,
      autoSelectFamily: true,
      ...(options.ca === undefined ? {} : { ca: [...getCACertificates('default'), ...options.ca] }),
    },
    // One dead target holds no other back: connections belong to an origin, and each has few.
    connections: 8,
    pipelining: 0,
  });
}

function checkedLookup(options: ConnectorOptions): LookupFunction {
  return (hostname, { all, family }, callback) => {
    const find = callbackify(async () => await fittingAddresses(hostname, family, options));
    find((error, found) => {
      const [first] = found ?? [];
      if (first === undefined) callback(error, '');
      else if (all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

/** Never empty. */
async function fittingAddresses(
  hostname: string,
  family: Family,
  options: ConnectorOptions,
): Promise<LookupAddress[]> {
  const addresses = await checkedAddresses(hostname, options);
  const found = addresses.map((address): LookupAddress => ({ address, family: isIP(address) }));
  const fitting = found.filter((one) => family === undefined || family === 0 || one.family === family);
  if (fitting.length === 0) throw refusedAddress(hostname);
  return fitting;
}
