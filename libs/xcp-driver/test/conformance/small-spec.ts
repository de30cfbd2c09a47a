/** Two small servers on one VLAN, one of them with a data disk: enough for every row, little for a pool. */
import {
  nicIdOf,
  vdiskIdOf,
  vnetIdOf,
  vserverIdOf,
  type VDiskSpec,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Target } from './target.js';

export const MEMORY_MIB = 256;

export const netOf = ({ vsys }: Pick<Target, 'vsys'>) => vnetIdOf(vsys, 'net');
export const diskOf = ({ vsys }: Pick<Target, 'vsys'>) => vdiskIdOf(vsys, 1);
export const serverOf = ({ vsys }: Pick<Target, 'vsys'>, n: 1 | 2) => vserverIdOf(vsys, n);

function serverSpec(target: Target, n: 1 | 2): VServerSpec {
  const id = serverOf(target, n);
  const place = Number(target.vsys.at(-1));
  return {
    id,
    name: `web-${n}`,
    role: 'web',
    kind: 'server',
    type: 'small',
    vcpus: 1,
    memoryMiB: MEMORY_MIB,
    image: target.image,
    systemDiskGiB: 1,
    power: 'stopped',
    restarts: 0,
    startOrder: 0,
    nics: [
      {
        id: nicIdOf(id, 0),
        device: 0,
        net: netOf(target),
        mac: `0a:c0:4f:00:0${place}:0${n}`,
        ipv4: `192.0.2.${n}`,
      },
    ],
    guestData: { hostname: `web-${n}` },
  };
}

export function smallSpec(target: Target, change: Partial<VsysSpec> = {}): VsysSpec {
  const disk: VDiskSpec = {
    id: diskOf(target),
    name: 'data',
    sizeGiB: 1,
    sr: target.sr,
    server: serverOf(target, 2),
  };
  return {
    vsysId: target.vsys,
    name: 'conformance',
    generation: 1,
    presence: 'present',
    nets: [{ id: netOf(target), name: 'net', vlan: target.vlan, cidr: '192.0.2.0/24' }],
    servers: [serverSpec(target, 1), serverSpec(target, 2)],
    disks: [disk],
    publicIps: [],
    ...change,
  };
}

/** The spec with one server changed. */
export const withServer = (spec: VsysSpec, n: 1 | 2, change: Partial<VServerSpec>): VsysSpec => ({
  ...spec,
  servers: spec.servers.map((server, index) => (index === n - 1 ? { ...server, ...change } : server)),
});
