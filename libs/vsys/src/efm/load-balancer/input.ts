/** The listeners of a load balancer with names resolved to addresses. */
import type { ApplianceInput } from '../appliance-input.js';
import type { DesignEfmBase } from '../design-efm.js';
import { addressFrom, publicAddressOf, serversNamed, type InputContext } from '../input-context.js';
import type { ListenerConfig, LoadBalancerConfig, MemberState } from './config.js';

export interface LoadBalancerInput extends ApplianceInput<'load-balancer'> {
  readonly listeners: readonly ListenerInput[];
  /** Their keys are secret files: `certificateFile`. */
  readonly certificates: readonly { readonly name: string; readonly certificate: string }[];
  readonly authorities: readonly { readonly name: string; readonly certificates: string }[];
}

export interface ListenerInput extends Omit<
  ListenerConfig,
  'vnet' | 'publicIp' | 'members' | 'memberWeights' | 'memberStates'
> {
  /** Addresses that it listens on: the one in its VNet, and the public one when no firewall forwards to it. */
  readonly addresses: readonly string[];
  readonly members: readonly MemberInput[];
}

export interface MemberInput {
  /** Of the server. */
  readonly name: string;
  readonly address: string;
  /** 0–256, 100 is usual. */
  readonly weight: number;
  readonly state: MemberState;
}

const USUAL_WEIGHT = 100;

/** The secret file of a certificate with its chain and key, as HAProxy's `crt` wants it. */
export const certificateFile = (name: string): string => `certificates/${name}.pem`;
export const authorityFile = (name: string): string => `authorities/${name}.pem`;

export function loadBalancerInput(
  { name, config }: DesignEfmBase<'load-balancer', LoadBalancerConfig>,
  context: InputContext,
): LoadBalancerInput {
  const certificates = Object.entries(config.certificates);
  return {
    kind: 'load-balancer',
    name,
    interfaces: context.interfaces,
    uplink: context.uplink,
    pair: context.pair,
    secrets: Object.fromEntries(
      certificates.map(([own, { certificate, privateKey }]) => [
        certificateFile(own),
        `${certificate.trimEnd()}\n${privateKey.trimEnd()}\n`,
      ]),
    ),
    listeners: config.listeners.map((listener) => listenerInput(listener, context)),
    certificates: certificates.map(([own, { certificate }]) => ({ name: own, certificate })),
    authorities: Object.entries(config.authorities).map(([own, authority]) => ({ name: own, ...authority })),
  };
}

function listenerInput(listener: ListenerConfig, context: InputContext): ListenerInput {
  const { vnet, publicIp, members, memberWeights, memberStates, ...rest } = listener;
  const { book, interfaces, efms } = context;
  const servers = new Set(members.flatMap((member) => serversNamed(book, member)));
  return {
    ...rest,
    addresses: listeningAddresses(
      vnet,
      publicIp,
      context,
      efms.some(({ kind }) => kind === 'firewall'),
    ),
    members: [...servers].flatMap((server): MemberInput[] => {
      const address = addressFrom(interfaces, server, book);
      if (address === undefined) return [];
      const weight = memberWeights[server.name] ?? memberWeights[server.role] ?? USUAL_WEIGHT;
      const state = memberStates[server.name] ?? memberStates[server.role] ?? 'ready';
      return [{ name: server.name, address, weight, state }];
    }),
  };
}

function listeningAddresses(
  vnet: string,
  publicIp: string | null,
  { interfaces, book }: InputContext,
  isForwarded: boolean,
): string[] {
  const inside = interfaces.find(({ zone }) => zone === vnet);
  const outside = isForwarded ? undefined : publicAddressOf(book, publicIp);
  return [inside?.virtualAddress ?? inside?.address, outside].filter((address) => address !== undefined);
}
