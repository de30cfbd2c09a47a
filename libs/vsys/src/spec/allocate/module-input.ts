/** The rules of an EFM with names resolved to the addresses of a spec: what libs/efm renders. */
import type {
  FirewallInput,
  FirewallRuleInput,
  ListenerInput,
  LoadBalancerInput,
  ModuleInput,
  ModuleInterface,
  PortForwardInput,
  PortRange,
} from '../../ports/module-renderer.port.js';
import type {
  DesignEfm,
  DesignFirewall,
  DesignLoadBalancer,
  ListenerConfig,
  VsysDesign,
} from '../bind/vsys-design.js';
import { pointerOf } from '../pointer.js';
import type { NetRef, VServerSpec, VsysSpec } from '../vsys-spec.js';

/** The parts of a spec that rules refer to; guest data and hashes come later. */
export interface AddressBook {
  readonly nets: VsysSpec['nets'];
  readonly servers: readonly Pick<VServerSpec, 'id' | 'name' | 'role' | 'nics'>[];
  readonly publicIps: VsysSpec['publicIps'];
}

export function moduleInput(design: VsysDesign, efm: DesignEfm, book: AddressBook): ModuleInput {
  return efm.kind === 'firewall' ? firewallInput(design, efm, book) : balancerInput(design, efm, book);
}

const isAddress = (peer: string): boolean => /^[0-9]/.test(peer);
const serversNamed = (book: AddressBook, name: string) =>
  book.servers.filter((server) => server.name === name || server.role === name);
const publicAddress = (book: AddressBook, name: string): string | undefined =>
  book.publicIps.find((ip) => ip.name === name)?.address;

function interfacesOf(name: string, book: AddressBook): ModuleInterface[] {
  const server = book.servers.find((candidate) => candidate.name === name);
  return (server?.nics ?? []).flatMap(({ device, mac, net, ipv4 }) => {
    const { name: zone, cidr } = book.nets.find(({ id }) => id === net) ?? {};
    return zone === undefined || cidr === undefined ? [] : [{ zone, device, mac, address: ipv4, cidr }];
  });
}

/** The address of a server in the first VNet that the interfaces share with it. */
function addressFrom(
  interfaces: readonly ModuleInterface[],
  server: Pick<VServerSpec, 'nics'>,
  book: AddressBook,
): string | undefined {
  const zones = new Set(interfaces.map(({ zone }) => zone));
  const names = new Map<NetRef, string>(book.nets.map(({ id, name }) => [id, name]));
  return server.nics.find(({ net }) => zones.has(names.get(net) ?? ''))?.ipv4;
}

function firewallInput(design: VsysDesign, efm: DesignFirewall, book: AddressBook): FirewallInput {
  const { config } = efm;
  const interfaces = interfacesOf(efm.name, book);
  const natAddress = config.sourceNat ? publicAddress(book, config.sourceNat.publicIp) : undefined;
  const natZones = config.sourceNat?.vnets ?? [];
  return {
    kind: 'firewall',
    name: efm.name,
    interfaces,
    rules: config.rules.map((rule) => ruleInput(rule, book)),
    logDenied: config.logDenied,
    sourceNat:
      natAddress === undefined
        ? null
        : {
            publicAddress: natAddress,
            networks: book.nets.filter(({ name }) => natZones.includes(name)).map(({ cidr }) => cidr),
          },
    portForwards: [...explicitForwards(efm, interfaces, book), ...listenerForwards(design, interfaces, book)],
  };
}

function ruleInput(rule: DesignFirewall['config']['rules'][number], book: AddressBook): FirewallRuleInput {
  return {
    from: rule.from,
    to: rule.to,
    protocol: rule.protocol,
    ports: rule.ports.map(portRange),
    sources: peersIn(rule.from, rule.sources, book),
    destinations: peersIn(rule.to, rule.destinations, book),
    action: rule.action,
    log: rule.log,
  };
}

function portRange(text: number | string): PortRange {
  const [first = 0, last = first] = String(text).split('-').map(Number);
  return { first, last };
}

/** Names become the addresses that their servers have in the zone. */
function peersIn(zone: string, peers: readonly string[] | null, book: AddressBook): string[] | null {
  if (peers === null) return null;
  const net = book.nets.find(({ name }) => name === zone);
  const addresses = peers.flatMap((peer) => {
    if (isAddress(peer)) return [peer];
    const nics = serversNamed(book, peer).flatMap((server) => server.nics);
    return nics.filter((nic) => nic.net === net?.id).map(({ ipv4 }) => ipv4);
  });
  return [...new Set(addresses)];
}

function explicitForwards(
  { config }: DesignFirewall,
  interfaces: readonly ModuleInterface[],
  book: AddressBook,
): PortForwardInput[] {
  return config.portForwards.flatMap(({ publicIp, protocol, port, server, toPort }, index) => {
    const target = serversNamed(book, server)[0];
    const toAddress = target ? addressFrom(interfaces, target, book) : undefined;
    const address = publicAddress(book, publicIp);
    if (toAddress === undefined || address === undefined) return [];
    const origin = pointerOf('config', 'portForwards', index);
    return [{ origin, publicAddress: address, protocol, port, toAddress, toPort }];
  });
}

/** A listener with a public IP is reached through the firewall: it forwards to the load balancer. */
function listenerForwards(
  design: VsysDesign,
  interfaces: readonly ModuleInterface[],
  book: AddressBook,
): PortForwardInput[] {
  const balancers = design.efms.filter((efm) => efm.kind === 'load-balancer');
  return balancers.flatMap(({ name, config }) => {
    const own = interfacesOf(name, book);
    return config.listeners.flatMap(({ publicIp, port, vnet, name: listener }) => {
      const address = publicIp === null ? undefined : publicAddress(book, publicIp);
      const toAddress = own.find(({ zone }) => zone === vnet)?.address;
      const isReached = interfaces.some(({ zone }) => zone === vnet);
      if (address === undefined || toAddress === undefined || !isReached) return [];
      const origin = `listener “${listener}” of “${name}”`;
      return [{ origin, publicAddress: address, protocol: 'tcp' as const, port, toAddress, toPort: port }];
    });
  });
}

function balancerInput(design: VsysDesign, efm: DesignLoadBalancer, book: AddressBook): LoadBalancerInput {
  const interfaces = interfacesOf(efm.name, book);
  const hasFirewall = design.efms.some(({ kind }) => kind === 'firewall');
  return {
    kind: 'load-balancer',
    name: efm.name,
    interfaces,
    listeners: efm.config.listeners.map((listener) => {
      const inside = interfaces.find(({ zone }) => zone === listener.vnet)?.address;
      const outside =
        listener.publicIp === null || hasFirewall ? undefined : publicAddress(book, listener.publicIp);
      return listenerInput(listener, [inside, outside], interfaces, book);
    }),
  };
}

function listenerInput(
  listener: ListenerConfig,
  addresses: readonly (string | undefined)[],
  interfaces: readonly ModuleInterface[],
  book: AddressBook,
): ListenerInput {
  const { name, protocol, port, memberPort, balance, maxConnections, healthCheck } = listener;
  const servers = new Set(listener.members.flatMap((member) => serversNamed(book, member)));
  return {
    name,
    protocol,
    port,
    memberPort,
    balance,
    maxConnections,
    healthCheck,
    addresses: addresses.filter((address) => address !== undefined),
    members: [...servers].flatMap((server) => {
      const address = addressFrom(interfaces, server, book);
      return address === undefined ? [] : [{ name: server.name, address }];
    }),
  };
}
