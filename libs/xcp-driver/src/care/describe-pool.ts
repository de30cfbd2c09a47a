/** What a pool is: product, version, what it can do, who belongs to it. Read from the pool, not from the cache. */
import { X509Certificate } from 'node:crypto';
import type { HostUuid, PoolCapability, PoolDescription, PoolMember } from '@openvsys/vsys';
import { decodeResult, type MethodName } from '../codec/decode.js';
import type { XenMethods } from '../generated/methods.js';
import type { HostRecord } from '../generated/records.js';
import { urlOfAddress } from '../transport/endpoint.js';
import { TransportError } from '../transport/transport.js';
import { MAINTENANCE_TAG } from './enter-maintenance.js';

export interface Asking {
  /** URL of the member that answers. */
  readonly url: string;
  readonly request: (method: string, params: readonly unknown[]) => Promise<unknown>;
}

type Hosts = readonly (readonly [ref: string, host: HostRecord])[];

/** Throws TransportError `protocol` when what answers has no pool. */
export async function describePool(asking: Asking): Promise<PoolDescription> {
  const pools = await ask(asking, 'pool.get_all_records', []);
  const [pool] = Object.values(pools);
  const hosts: Hosts = Object.entries(await ask(asking, 'host.get_all_records', []));
  const coordinator = hosts.find(([ref]) => ref === pool?.master)?.[1];
  if (pool === undefined || coordinator === undefined)
    throw new TransportError('protocol', 'What answers has no pool with a coordinator.');
  const metrics = await ask(asking, 'host_metrics.get_all_records', []);
  const software = coordinator.software_version;
  const members = await Promise.all(
    hosts.map(async ([ref, host]): Promise<PoolMember> => ({
      uuid: host.uuid as HostUuid,
      name: host.name_label,
      address: host.address,
      url: urlOfAddress(host.address, asking.url),
      isCoordinator: ref === pool.master,
      isLive: host.metrics !== null && metrics[host.metrics]?.live === true,
      isEnabled: host.enabled,
      inMaintenance: host.other_config[MAINTENANCE_TAG] !== undefined,
      fingerprint: await fingerprintOf(asking, ref),
    })),
  );
  return {
    uuid: pool.uuid,
    name: pool.name_label,
    product: software['product_brand'] ?? 'XenAPI',
    version: software['product_version_text'] ?? software['product_version'] ?? 'unknown',
    apiVersion: `${coordinator.API_version_major}.${coordinator.API_version_minor}`,
    capabilities: await capabilitiesOf(asking, hosts),
    members: members.toSorted((a, b) => a.name.localeCompare(b.name)),
  };
}

async function ask<M extends MethodName>(
  { request }: Asking,
  method: M,
  params: readonly unknown[],
): Promise<XenMethods[M]['result']> {
  return decodeResult(method, await request(method, params));
}

/** The coordinator is trusted already, so what it says about the others' certificates is. Old releases do not tell. */
async function fingerprintOf(asking: Asking, host: string): Promise<string | null> {
  try {
    const pem = await ask(asking, 'host.get_server_certificate', [host]);
    return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch {
    return null;
  }
}

/** API versions in which things came: storage motion with XCP 1.6 (1.10 of the API), JSON with 2.3. */
const STORAGE_MOTION_SINCE = [1, 10] as const;
const JSON_SINCE = [2, 3] as const;

async function capabilitiesOf(asking: Asking, hosts: Hosts): Promise<readonly PoolCapability[]> {
  const srs = Object.values(await ask(asking, 'SR.get_all_records', []));
  const all = hosts.map(([, host]) => host);
  const isRestricted = (feature: string): boolean =>
    all.some((host) => host.license_params[`restrict_${feature}`] === 'true');
  const checks: readonly (readonly [PoolCapability, boolean])[] = [
    ['live-migration', hosts.length > 1],
    [
      'storage-motion',
      hosts.length > 1 && isSince(all, STORAGE_MOTION_SINCE) && !isRestricted('storage_xen_motion'),
    ],
    [
      'shared-storage',
      srs.some((sr) => sr.shared && sr.content_type !== 'iso' && sr.PBDs.length >= hosts.length),
    ],
    ['high-availability', hosts.length > 2 && !isRestricted('ha')],
    ['tunnels', all.every(hasOpenVSwitch) && (await hasController(asking))],
    ['json-rpc', isSince(all, JSON_SINCE)],
  ];
  return checks.filter(([, is]) => is).map(([name]) => name);
}

const hasOpenVSwitch = (host: HostRecord): boolean =>
  host.software_version['network_backend'] === 'openvswitch';

/** Without a controller nobody tells the switches where the other ends of tunnels are (XenAPI tunnel.status). */
async function hasController(asking: Asking): Promise<boolean> {
  try {
    return Object.keys(await ask(asking, 'SDN_controller.get_all_records', [])).length > 0;
  } catch {
    // Releases before 7.2 have no such class.
    return false;
  }
}

const isSince = (hosts: readonly HostRecord[], [major, minor]: readonly [number, number]): boolean =>
  hosts.every(
    (host) =>
      host.API_version_major > major || (host.API_version_major === major && host.API_version_minor >= minor),
  );
