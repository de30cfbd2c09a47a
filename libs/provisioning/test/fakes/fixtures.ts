/** Small systems with real ids. */
import {
  contractId,
  hostUuid,
  nicIdOf,
  operationId,
  organizationId,
  poolId,
  publicIpIdOf,
  srUuid,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  vsysIdOf,
  type ServerKind,
  type VServerSpec,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';

export const uuidOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const POOL = poolId(uuidOf(1));
export const ORGANIZATION = organizationId(uuidOf(2));
export const SR = srUuid(uuidOf(3));
export const HOSTS = [11, 12, 13].map((n) => hostUuid(uuidOf(n)));
export const VSYS = vsysIdOf(contractId('DEMO0001'), 'AAAAAAAA1');
export const operationNumber = (n: number) => operationId(uuidOf(1000 + n));

export interface ServerWish {
  readonly role?: string;
  readonly kind?: ServerKind;
  readonly startOrder?: number;
  readonly memoryMiB?: number;
}

export function server(vsys: VsysId, n: number, wish: ServerWish = {}): VServerSpec {
  const id = vserverIdOf(vsys, n);
  const role = wish.role ?? `web`;
  return {
    id,
    name: `${role}-${n}`,
    role,
    kind: wish.kind ?? 'server',
    type: 'small',
    vcpus: 1,
    memoryMiB: wish.memoryMiB ?? 1024,
    image: 'debian-12',
    systemDiskGiB: 10,
    power: 'running',
    restarts: 0,
    startOrder: wish.startOrder ?? 10,
    guestData: {},
    nics: [
      {
        id: nicIdOf(id, 0),
        device: 0,
        net: vnetIdOf(vsys, 'dmz'),
        mac: `02:6f:76:00:00:${n.toString(16).padStart(2, '0')}`,
        ipv4: `10.0.0.${n + 10}`,
      },
    ],
  };
}

export function system(vsys: VsysId, servers: readonly VServerSpec[]): VsysSpec {
  return {
    vsysId: vsys,
    name: 'shop',
    generation: 1,
    presence: 'present',
    nets: [{ id: vnetIdOf(vsys, 'dmz'), name: 'dmz', vlan: 100, cidr: '10.0.0.0/24' }],
    servers,
    disks: [],
    publicIps: [],
  };
}

/** Firewall, two web servers, a database with a data disk and one public address. */
export function threeTier(vsys: VsysId = VSYS): VsysSpec {
  const firewall = server(vsys, 1, { role: 'fw', kind: 'firewall', startOrder: 0 });
  const database = server(vsys, 4, { role: 'db', startOrder: 5 });
  const spec = system(vsys, [firewall, server(vsys, 2), server(vsys, 3), database]);
  return {
    ...spec,
    disks: [{ id: vdiskIdOf(vsys, 1), name: 'data', sizeGiB: 20, sr: SR, server: database.id }],
    publicIps: [{ id: publicIpIdOf(vsys, 1), name: 'public', address: '203.0.113.1', server: firewall.id }],
  };
}
