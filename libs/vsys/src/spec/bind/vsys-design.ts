/**
 * A descriptor with its parameters filled in and its counts expanded: names and numbers, no ids, no addresses but fixed ones.
 * Stored beside the spec of its generation; the next change is compared with it.
 */
import type { EfmKind } from '../vsys-spec.js';

export interface VsysDesign {
  readonly descriptor: { readonly name: string; readonly version: string };
  readonly nets: readonly { readonly name: string; readonly cidr: string }[];
  readonly publicIps: readonly { readonly name: string }[];
  /** The firewall first. */
  readonly efms: readonly DesignEfm[];
  readonly servers: readonly DesignServer[];
  readonly disks: readonly DesignDisk[];
}

export interface DesignNic {
  readonly vnet: string;
  /** Fixed address; `null`: the next free one. */
  readonly address: string | null;
}

interface DesignMember {
  readonly name: string;
  readonly power: 'running' | 'stopped';
  readonly startOrder: number;
  readonly nics: readonly DesignNic[];
}

export interface DesignServer extends DesignMember {
  readonly role: string;
  readonly type: string;
  readonly image: string;
  readonly userData: string;
  /** A secret parameter flowed into it: it is sealed in every spec. */
  readonly userDataIsSecret?: true;
  readonly login?: DesignLogin;
  /** What is given for the first boot also comes on a config drive. */
  readonly configDrive?: true;
}

/** The first login of a guest that runs cloud-init or reads its guest data. */
export interface DesignLogin {
  readonly user: string;
  /** Always a secret. */
  readonly password?: string;
  readonly sshKeys: readonly string[];
}

export interface DesignDisk {
  readonly name: string;
  readonly sizeGiB: number;
  readonly server: string | null;
  /** Of the disk's definition in the descriptor. */
  readonly pointer: string;
}

interface DesignEfmBase<Kind extends EfmKind, Config> extends DesignMember {
  readonly kind: Kind;
  /** `null`: the catalogue's default for appliances. */
  readonly type: string | null;
  readonly config: Config;
}
export type DesignFirewall = DesignEfmBase<'firewall', FirewallConfig>;
export type DesignLoadBalancer = DesignEfmBase<'load-balancer', LoadBalancerConfig>;
export type DesignEfm = DesignFirewall | DesignLoadBalancer;

export interface FirewallConfig {
  readonly rules: readonly FirewallRuleConfig[];
  readonly logDenied: boolean;
  readonly sourceNat: { readonly publicIp: string; readonly vnets: readonly string[] } | null;
  readonly portForwards: readonly PortForwardConfig[];
}

export interface FirewallRuleConfig {
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'any';
  /** Numbers and ranges like `8000-8100`; empty: all. */
  readonly ports: readonly (number | string)[];
  /** Networks, roles, servers, EFMs; `null`: all of the zone. */
  readonly sources: readonly string[] | null;
  readonly destinations: readonly string[] | null;
  readonly action: 'accept' | 'deny';
  readonly log: boolean;
}

export interface PortForwardConfig {
  readonly publicIp: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly server: string;
  readonly toPort: number;
}

export interface LoadBalancerConfig {
  readonly listeners: readonly ListenerConfig[];
}

export interface ListenerConfig {
  readonly name: string;
  readonly protocol: 'tcp' | 'http';
  readonly port: number;
  readonly vnet: string;
  readonly publicIp: string | null;
  readonly members: readonly string[];
  readonly memberPort: number;
  readonly balance: 'round-robin' | 'least-connections' | 'source-address';
  readonly maxConnections: number;
  readonly healthCheck: HealthCheckConfig;
}

export interface HealthCheckConfig {
  readonly type: 'tcp' | 'http';
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly rise: number;
  readonly fall: number;
}
