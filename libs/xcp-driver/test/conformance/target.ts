/**
 * What the rows of the conformance suite run on: a simulated pool over TLS, or the real one that the environment names.
 *
 *   XCP_TEST_URL          base URL of any member, several separated by commas; absent: the simulator
 *   XCP_TEST_USER, XCP_TEST_PASSWORD
 *   XCP_TEST_FINGERPRINT  SHA-256 of the members' certificates, separated by commas; absent: the system's authorities
 *   XCP_TEST_SR           name of the storage to use; absent: a shared one with the most room
 *   XCP_TEST_VLAN         first of ten VLANs that may be used; absent: 3901
 *   XCP_TEST_VLAN_DEVICE  the interface that carries them; absent: as the driver chooses
 *
 * All that is made carries the tags of one VSYS a file, so it is found and removed: at the end, and before the next run.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { contractId, vsysIdOf, type SrUuid, type VsysId } from '@openvsys/vsys';
import type { PoolAccess } from '../../src/actions/pool-access.js';
import { XcpHypervisor, type XcpHypervisorOptions } from '../../src/xcp-hypervisor.js';
import { removeAllOf } from './remove-all.js';
import { importTinyImage } from './tiny-image.js';

const NO_LIMIT = new AbortController().signal;
const FIRST_VLAN = 3901;

export interface Target {
  /** Undefined on a real pool. */
  readonly server: SimServer | undefined;
  readonly options: XcpHypervisorOptions;
  readonly hypervisor: XcpHypervisor;
  readonly pool: PoolAccess;
  readonly vsys: VsysId;
  readonly image: string;
  readonly sr: SrUuid;
  readonly vlan: number;
  /** A call beside the driver, as an administrator would make it. */
  readonly call: <T = unknown>(method: string, ...params: unknown[]) => Promise<T>;
  /** Removes everything that was made, whatever became of it. Throws Error that names what could not be removed. */
  close(): Promise<void>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const isRealPool = (environment: Environment = process.env): boolean =>
  (environment['XCP_TEST_URL'] ?? '') !== '';

const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function named(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`XCP_TEST_URL is given, so ${name} is needed too`);
  return value;
}

/** How the pool of the environment is reached. Throws Error that names the variable that is missing. */
export function optionsFrom(environment: Environment): XcpHypervisorOptions {
  const fingerprint = listOf(environment['XCP_TEST_FINGERPRINT']);
  const vlanDevice = environment['XCP_TEST_VLAN_DEVICE'];
  return {
    urls: listOf(environment['XCP_TEST_URL']),
    username: named(environment, 'XCP_TEST_USER'),
    password: named(environment, 'XCP_TEST_PASSWORD'),
    originator: 'openvsys-conformance',
    ...(fingerprint.length === 0 ? {} : { fingerprint }),
    ...(vlanDevice === undefined ? {} : { vlanDevice }),
  };
}

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

/** A pool of three hosts over TLS, with two storages that all of them see. */
export async function startTlsPool(): Promise<{ server: SimServer; options: XcpHypervisorOptions }> {
  const [key, cert] = [fixture('pool-key.pem'), fixture('pool-cert.pem')];
  const server = await startSimServer({
    profile: 'instant',
    clock: { mode: 'real' },
    tls: Array.from({ length: 3 }, () => ({ key, cert })),
    storage: ['nfs-1', 'nfs-2'].map((name) => ({ name, sizeBytes: 2 ** 40, type: 'nfs' })),
  });
  const options = {
    urls: server.hosts.map(({ url }) => url),
    username: 'root',
    password: 'secret',
    originator: 'openvsys-conformance',
    fingerprint: new X509Certificate(cert).fingerprint256,
  };
  return { server, options };
}

/** `place`: 0 to 4, one a file, so that files may run side by side. */
export async function openTarget(place: number, environment: Environment = process.env): Promise<Target> {
  if (isRealPool(environment)) return openOn(undefined, optionsFrom(environment), place, environment);
  const { server, options } = await startTlsPool();
  return openOn(server, options, place, {});
}

async function openOn(
  server: SimServer | undefined,
  options: XcpHypervisorOptions,
  place: number,
  environment: Environment,
): Promise<Target> {
  const hypervisor = new XcpHypervisor(options);
  await hypervisor.open(NO_LIMIT);
  const { pool } = hypervisor;
  const vsys = vsysIdOf(contractId('CONFORM1'), `PLACE000${place}`);
  const image = `openvsys-conformance-${place}`;
  const mark = { vsys, image };
  const close = async (): Promise<void> => {
    try {
      await removeAllOf(mark, hypervisor);
    } finally {
      await hypervisor.close();
      await server?.close();
    }
  };
  try {
    await removeAllOf(mark, hypervisor);
    const sr = chooseSr(hypervisor, environment['XCP_TEST_SR']);
    await importTinyImage(hypervisor, image, sr);
    const vlan = Number(environment['XCP_TEST_VLAN'] ?? FIRST_VLAN) + 2 * place;
    requireFree(pool, [vlan, vlan + 1]);
    const call: Target['call'] = async (method, ...params) =>
      (await pool.connection.request(method, params)) as never;
    return { server, options, hypervisor, pool, vsys, image, sr, vlan, call, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function chooseSr(hypervisor: XcpHypervisor, name: string | undefined): SrUuid {
  const known = hypervisor.capacity().srs.toSorted((a, b) => b.freeGiB - a.freeGiB);
  const chosen = name === undefined ? known[0] : known.find((sr) => sr.name === name);
  if (chosen !== undefined) return chosen.uuid;
  throw new Error(`the pool has no storage ${name ?? 'that disks can be made on'}`);
}

function requireFree({ cache }: PoolAccess, vlans: readonly number[]): void {
  const taken = [...cache.all('PIF')].map(([, pif]) => pif.VLAN).filter((vlan) => vlans.includes(vlan));
  if (taken.length > 0) throw new Error(`VLAN ${taken.join(', ')} is taken: name others by XCP_TEST_VLAN`);
}
