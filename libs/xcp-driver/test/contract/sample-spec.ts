/** A small system: one appliance, two web servers, one database with a data disk, two segments. */
import {
  contractId,
  nicIdOf,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  vsysIdOf,
  type NicSpec,
  type SrUuid,
  type VServerId,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';

export const VSYS = vsysIdOf(contractId('ACME0001'), 'SAMPLE001');
export const DMZ = vnetIdOf(VSYS, 'dmz');
export const INNER = vnetIdOf(VSYS, 'inner');
export const DISK = vdiskIdOf(VSYS, 1);

const nic = (server: VServerId, device: number, net: typeof DMZ, last: number): NicSpec => ({
  id: nicIdOf(server, device),
  device,
  net,
  mac: `0a:00:00:00:0${device}:${String(last).padStart(2, '0')}`,
  ipv4: `10.${net === DMZ ? 1 : 2}.0.${last}`,
});

function server(n: number, name: string, more: Partial<VServerSpec> = {}): VServerSpec {
  const id = vserverIdOf(VSYS, n);
  return {
    id,
    name,
    role: name.replace(/-\d+$/, ''),
    kind: 'server',
    type: 'small',
    vcpus: 2,
    memoryMiB: 2048,
    image: 'debian-13',
    systemDiskGiB: 4,
    power: 'running',
    restarts: 0,
    startOrder: 1,
    nics: [nic(id, 0, INNER, 10 + n)],
    guestData: { hostname: name },
    ...more,
  };
}

export function sampleSpec(sr: string, change: Partial<VsysSpec> = {}): VsysSpec {
  const firewall = vserverIdOf(VSYS, 1);
  return {
    vsysId: VSYS,
    name: 'sample',
    generation: 1,
    presence: 'present',
    nets: [
      { id: DMZ, name: 'dmz', vlan: 101, cidr: '10.1.0.0/24' },
      { id: INNER, name: 'inner', vlan: 102, cidr: '10.2.0.0/24' },
    ],
    servers: [
      server(1, 'fw', {
        kind: 'firewall',
        image: 'openvsys-efm',
        memoryMiB: 512,
        vcpus: 1,
        startOrder: 0,
        nics: [nic(firewall, 0, DMZ, 1), nic(firewall, 1, INNER, 1)],
      }),
      server(2, 'web-1'),
      server(3, 'web-2'),
      server(4, 'db'),
    ],
    disks: [{ id: DISK, name: 'data', sizeGiB: 10, sr: sr as SrUuid, server: vserverIdOf(VSYS, 4) }],
    publicIps: [],
    ...change,
  };
}
