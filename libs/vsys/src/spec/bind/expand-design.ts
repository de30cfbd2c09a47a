/** Concrete descriptor to design: counts become servers, start orders numbers, defaults values. */
import { startOrders } from '../checks/start-order.js';
import { pointerOf } from '../pointer.js';
import { USUAL_READINESS_TIMEOUT, type ReadinessGate, type ReadinessSpec } from '../readiness.js';
import { properRange6 } from '../ipv6.js';
import { serversOf } from '../role-servers.js';
import type { ConcreteDescriptor } from '../schema/descriptor.schema.js';
import { designEfms, designNics } from './design-efms.js';
import type { DesignDisk, DesignLogin, DesignNet, DesignServer, VsysDesign } from './vsys-design.js';

export function expandDesign(descriptor: ConcreteDescriptor): VsysDesign {
  const orders = startOrders(descriptor);
  return {
    descriptor: { name: descriptor.metadata.name, version: descriptor.metadata.version },
    nets: Object.entries(descriptor.vnets).map(([name, net]) => designNet(name, net)),
    publicIps: Object.entries(descriptor.publicIps ?? {}).map(([name, { allocation }]) => ({
      name,
      ...(allocation === undefined ? {} : { allocation }),
    })),
    efms: designEfms(descriptor, orders),
    servers: designServers(descriptor, orders),
    disks: [...disksOfRoles(descriptor), ...freeDisks(descriptor)],
  };
}

const designNet = (
  name: string,
  { cidr, range6, kind, mtu }: ConcreteDescriptor['vnets'][string],
): DesignNet => ({
  name,
  cidr,
  ...(range6 === undefined ? {} : { range6: properRange6(range6) ?? range6 }),
  ...(kind === undefined || kind === 'vlan' ? {} : { kind }),
  ...(mtu === undefined ? {} : { mtu }),
});

function designServers(descriptor: ConcreteDescriptor, orders: ReadonlyMap<string, number>): DesignServer[] {
  return Object.entries(descriptor.vservers).flatMap(([role, written]) =>
    serversOf(role, written).map(({ name, server }) => ({
      name,
      role,
      type: server.type,
      image: server.image,
      power: server.power ?? 'running',
      startOrder: orders.get(role) ?? 0,
      nics: designNics(server.nics),
      userData: server.userData ?? '',
      ...(server.login === undefined ? {} : { login: designLogin(server.login) }),
      ...designTuning(server.tuning),
      ...(server.headroom === undefined ? {} : { headroom: server.headroom }),
      ...(server.systemDiskClass === undefined ? {} : { systemDiskClass: server.systemDiskClass }),
      ...(server.affinity === undefined ? {} : { affinity: server.affinity }),
      ...(server.ready === undefined ? {} : { ready: designReadiness(server.ready) }),
      ...(server.configDrive === true ? { configDrive: true as const } : {}),
    })),
  );
}

/** Debian's, Ubuntu's and most other cloud images know an account by any name; this one says what it is for. */
export const DEFAULT_USER = 'admin';

const designLogin = ({
  user = DEFAULT_USER,
  password,
  sshKeys = [],
}: NonNullable<ConcreteDescriptor['vservers'][string]['login']>): DesignLogin => ({
  user,
  sshKeys,
  ...(password === undefined ? {} : { password }),
});

type WrittenReadiness = NonNullable<ConcreteDescriptor['vservers'][string]['ready']>;

function designReadiness(written: WrittenReadiness): ReadinessSpec {
  const { timeout = USUAL_READINESS_TIMEOUT, delay = 0, onTimeout = 'continue' } = written;
  const gate = gateOf(written);
  return {
    ...(gate === undefined ? {} : { gate }),
    timeoutSeconds: timeout,
    delaySeconds: delay,
    onTimeout,
  };
}

function gateOf({ guestAgent, tcp, http }: WrittenReadiness): ReadinessGate | undefined {
  if (tcp !== undefined) return { kind: 'tcp', port: tcp };
  if (http !== undefined) return { kind: 'http', port: http.port, path: http.path ?? '/' };
  return guestAgent === true ? { kind: 'guest-agent' } : undefined;
}

function designTuning({
  minMemoryMiB,
  ...tuning
}: NonNullable<ConcreteDescriptor['vservers'][string]['tuning']> = {}): Pick<
  DesignServer,
  'minMemoryMiB' | 'tuning'
> {
  return {
    ...(minMemoryMiB === undefined ? {} : { minMemoryMiB }),
    ...(Object.keys(tuning).length === 0 ? {} : { tuning }),
  };
}

function disksOfRoles(descriptor: ConcreteDescriptor): DesignDisk[] {
  return Object.entries(descriptor.vservers).flatMap(([role, written]) =>
    serversOf(role, written).flatMap(({ name: server, server: { disks = [] }, at }) =>
      disks.map(({ name, size, class: diskClass, priority }, index) => ({
        name: `${server}-${name}`,
        sizeGiB: size,
        server,
        ...(diskClass === undefined ? {} : { diskClass }),
        ...(priority === undefined ? {} : { priority }),
        pointer: at('disks', index),
      })),
    ),
  );
}

const freeDisks = (descriptor: ConcreteDescriptor): DesignDisk[] =>
  Object.entries(descriptor.vdisks ?? {}).map(([name, { size, server, class: diskClass, priority }]) => ({
    name,
    sizeGiB: size,
    server: server ?? null,
    ...(diskClass === undefined ? {} : { diskClass }),
    ...(priority === undefined ? {} : { priority }),
    pointer: pointerOf('vdisks', name),
  }));
