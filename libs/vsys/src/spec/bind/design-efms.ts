/** EFMs of a design, with every default written out. */
import type { ConcreteDescriptor } from '../schema/descriptor.schema.js';
import type {
  DesignEfm,
  DesignNic,
  FirewallConfig,
  HealthCheckConfig,
  ListenerConfig,
  LoadBalancerConfig,
} from './vsys-design.js';

type Efm = NonNullable<ConcreteDescriptor['efms']>[string];
type Firewall = Extract<Efm, { kind: 'firewall' }>;
type LoadBalancer = Extract<Efm, { kind: 'load-balancer' }>;
type Listener = LoadBalancer['config']['listeners'][number];

export const designNics = (
  nics: readonly { readonly vnet: string; readonly address?: string }[],
): DesignNic[] => nics.map(({ vnet, address }) => ({ vnet, address: address ?? null }));

export function designEfms(descriptor: ConcreteDescriptor, orders: ReadonlyMap<string, number>): DesignEfm[] {
  const nets = Object.keys(descriptor.vnets);
  const efms = Object.entries(descriptor.efms ?? {}).map(([name, efm]): DesignEfm => {
    const base = {
      name,
      type: efm.type ?? null,
      power: efm.power ?? 'running',
      startOrder: orders.get(name) ?? 0,
    } as const;
    if (efm.kind === 'load-balancer') {
      return { ...base, kind: efm.kind, nics: designNics(efm.nics), config: balancerConfig(efm) };
    }
    const vnets = efm.vnets ?? nets;
    const nics = designNics(vnets.map((vnet) => ({ vnet })));
    return { ...base, kind: efm.kind, nics, config: firewallConfig(efm, vnets) };
  });
  return efms.toSorted((a, b) => Number(b.kind === 'firewall') - Number(a.kind === 'firewall'));
}

function firewallConfig({ config }: Firewall, vnets: readonly string[]): FirewallConfig {
  const nat = config?.sourceNat;
  return {
    rules: (config?.rules ?? []).map((rule) => ({
      from: rule.from,
      to: rule.to,
      protocol: rule.protocol,
      ports: rule.ports ?? [],
      sources: rule.sources ?? null,
      destinations: rule.destinations ?? null,
      action: rule.action ?? 'accept',
      log: rule.log ?? false,
    })),
    logDenied: config?.logDenied ?? true,
    sourceNat: nat ? { publicIp: nat.publicIp, vnets: nat.vnets ?? vnets } : null,
    portForwards: (config?.portForwards ?? []).map((forward) => ({
      publicIp: forward.publicIp,
      protocol: forward.protocol ?? 'tcp',
      port: forward.port,
      server: forward.server,
      toPort: forward.toPort ?? forward.port,
    })),
  };
}

function balancerConfig({ nics, config }: LoadBalancer): LoadBalancerConfig {
  const first = nics[0]?.vnet ?? '';
  return { listeners: config.listeners.map((listener) => listenerConfig(listener, first)) };
}

function listenerConfig(listener: Listener, firstNet: string): ListenerConfig {
  return {
    name: listener.name,
    protocol: listener.protocol,
    port: listener.port,
    vnet: listener.vnet ?? firstNet,
    publicIp: listener.publicIp ?? null,
    members: listener.members,
    memberPort: listener.memberPort ?? listener.port,
    balance: listener.balance ?? 'round-robin',
    maxConnections: listener.maxConnections ?? 10_000,
    healthCheck: healthCheckConfig(listener.healthCheck),
  };
}

function healthCheckConfig(check: Listener['healthCheck']): HealthCheckConfig {
  return {
    type: check?.type ?? 'tcp',
    path: check?.path ?? '/',
    intervalSeconds: check?.intervalSeconds ?? 5,
    timeoutSeconds: check?.timeoutSeconds ?? 3,
    rise: check?.rise ?? 2,
    fall: check?.fall ?? 3,
  };
}
