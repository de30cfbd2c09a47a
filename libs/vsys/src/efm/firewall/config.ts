/** The configuration of a firewall in a design: every default written out. */
import type { FirewallConcrete } from './schema.js';

export interface FirewallConfig {
  readonly rules: readonly FirewallRuleConfig[];
  readonly logDenied: boolean;
  readonly sourceNat: { readonly publicIp: string; readonly vnets: readonly string[] } | null;
  readonly portForwards: readonly PortForwardConfig[];
  readonly staticNat?: readonly { readonly publicIp: string; readonly server: string }[];
  readonly dns?: DnsConfig;
  readonly dhcp?: { readonly vnets: readonly string[]; readonly leaseSeconds: number };
  /** Zones for VNets of other systems. */
  readonly connections?: readonly string[];
}

export interface FirewallRuleConfig {
  readonly name?: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'any';
  /** Numbers and ranges like `8000-8100`; empty: all. */
  readonly ports: readonly (number | string)[];
  /** That the connection comes from, as `ports`; absent: all. */
  readonly sourcePorts?: readonly (number | string)[];
  /** Networks, roles, servers, EFMs; `null`: all of the zone. */
  readonly sources: readonly string[] | null;
  readonly destinations: readonly string[] | null;
  readonly action: 'accept' | 'deny';
  readonly rateLimit?: RateLimit;
  readonly log: boolean;
}

/** New connections: what an accept rule lets through at most. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface PortForwardConfig {
  readonly publicIp: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly server: string;
  readonly toPort: number;
}

export interface DnsConfig {
  readonly domain: string;
  /** Empty: those that the appliance itself was given. */
  readonly forwarders: readonly string[];
  readonly records: readonly { readonly name: string; readonly address: string }[];
}

type Written = NonNullable<FirewallConcrete['config']>;
const DEFAULT_LEASE_SECONDS = 3600;
/** `.internal` is kept for private use (ICANN resolution 2024.07.29.06). */
const DEFAULT_DOMAIN = 'vsys.internal';

export function firewallConfig({ config = {} }: FirewallConcrete, vnets: readonly string[]): FirewallConfig {
  const { sourceNat, staticNat, dns, dhcp, connections = [] } = config;
  return {
    rules: (config.rules ?? []).map(ruleConfig),
    logDenied: config.logDenied ?? true,
    sourceNat: sourceNat ? { publicIp: sourceNat.publicIp, vnets: sourceNat.vnets ?? vnets } : null,
    portForwards: (config.portForwards ?? []).map((forward) => ({
      publicIp: forward.publicIp,
      protocol: forward.protocol ?? 'tcp',
      port: forward.port,
      server: forward.server,
      toPort: forward.toPort ?? forward.port,
    })),
    ...(staticNat ? { staticNat } : {}),
    ...(dns ? { dns: dnsConfig(dns) } : {}),
    ...(dhcp
      ? { dhcp: { vnets: dhcp.vnets ?? vnets, leaseSeconds: dhcp.leaseSeconds ?? DEFAULT_LEASE_SECONDS } }
      : {}),
    ...(connections.length === 0 ? {} : { connections }),
  };
}

function ruleConfig(rule: NonNullable<Written['rules']>[number]): FirewallRuleConfig {
  return {
    ...(rule.name === undefined ? {} : { name: rule.name }),
    from: rule.from,
    to: rule.to,
    protocol: rule.protocol,
    ports: rule.ports ?? [],
    ...(rule.sourcePorts === undefined ? {} : { sourcePorts: rule.sourcePorts }),
    sources: rule.sources ?? null,
    destinations: rule.destinations ?? null,
    action: rule.action ?? 'accept',
    ...(rule.rateLimit
      ? {
          rateLimit: {
            perSecond: rule.rateLimit.perSecond,
            burst: rule.rateLimit.burst ?? rule.rateLimit.perSecond,
          },
        }
      : {}),
    log: rule.log ?? false,
  };
}

const dnsConfig = (dns: NonNullable<Written['dns']>): DnsConfig => ({
  domain: dns.domain ?? DEFAULT_DOMAIN,
  forwarders: dns.forwarders ?? [],
  records: dns.records ?? [],
});
