/**
 * What turns the rules of an EFM into a configuration document for its appliance (design D8). Implemented by libs/efm,
 * called when a spec is made, because the document's hash is part of the spec.
 */
import type { Violation } from '../errors.js';
import type { HealthCheckConfig, ListenerConfig } from '../spec/bind/vsys-design.js';
import type { ModuleDocument } from './module-document.js';

export interface ModuleRenderer {
  /** What is wrong with the rules; pointers are relative to the EFM, e.g. `/config/rules/0/ports`. */
  validate(input: ModuleInput): readonly Violation[];
  /** Only for inputs without violations. Same input, same document, on every machine. */
  render(input: ModuleInput): ModuleDocument;
}

/** Rules of one EFM with every name resolved to addresses. */
export type ModuleInput = FirewallInput | LoadBalancerInput;

export interface ModuleInterface {
  /** VNet name. */
  readonly zone: string;
  readonly device: number;
  readonly mac: string;
  readonly address: string;
  readonly cidr: string;
}

export interface FirewallInput {
  readonly kind: 'firewall';
  readonly name: string;
  readonly interfaces: readonly ModuleInterface[];
  readonly rules: readonly FirewallRuleInput[];
  readonly logDenied: boolean;
  readonly sourceNat: { readonly publicAddress: string; readonly networks: readonly string[] } | null;
  readonly portForwards: readonly PortForwardInput[];
}

export interface FirewallRuleInput {
  /** Zone: VNet name or `internet`. */
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'any';
  /** Empty: all. */
  readonly ports: readonly PortRange[];
  /** Networks and addresses; `null`: all of the zone; empty: none, because a role has no servers now. */
  readonly sources: readonly string[] | null;
  readonly destinations: readonly string[] | null;
  readonly action: 'accept' | 'deny';
  readonly log: boolean;
}

/** Both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface PortForwardInput {
  /** Where in the descriptor it comes from, relative to the firewall, or the listener of a load balancer. */
  readonly origin: string;
  readonly publicAddress: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly toAddress: string;
  readonly toPort: number;
}

export interface LoadBalancerInput {
  readonly kind: 'load-balancer';
  readonly name: string;
  readonly interfaces: readonly ModuleInterface[];
  readonly listeners: readonly ListenerInput[];
}

export interface ListenerInput extends Pick<
  ListenerConfig,
  'name' | 'protocol' | 'port' | 'memberPort' | 'balance' | 'maxConnections'
> {
  /** Addresses that it listens on: the one in its VNet, and the public one when no firewall forwards to it. */
  readonly addresses: readonly string[];
  readonly members: readonly { readonly name: string; readonly address: string }[];
  readonly healthCheck: HealthCheckConfig;
}
