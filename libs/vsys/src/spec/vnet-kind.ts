/**
 * How the servers of a VNet reach each other.
 *
 *   vlan     an 802.1Q tag on the hosts' switches: servers on any host, the default
 *   private  a bridge of its own on one host: all its servers run on that host, nothing leaves it
 *   tunnel   packed into packets between the hosts (GRE): servers on any host, without a tag; the pool needs Open vSwitch on
 *            every host and a controller that programs it
 */
export const VNET_KINDS = ['vlan', 'private', 'tunnel'] as const;
export type VNetKind = (typeof VNET_KINDS)[number];
/** Those that need no VLAN of the pool. */
export type UntaggedKind = Exclude<VNetKind, 'vlan'>;

/** What carries a VNet: a tag, or (then `vlan` is null) the kind that needs none. */
export interface VNetCarrier {
  readonly vlan: number | null;
  readonly kind?: UntaggedKind;
}

export const vnetKindOf = ({ kind }: { readonly kind?: UntaggedKind | undefined }): VNetKind =>
  kind ?? 'vlan';

/** Ethernet's largest packet. */
export const USUAL_MTU = 1500;
/** 50 bytes less: the outer Ethernet, IP and VXLAN headers of a tunnel (RFC 7348); GRE with a key needs 42. */
export const TUNNEL_MTU = 1450;

export const mtuOf = ({ mtu = USUAL_MTU }: { readonly mtu?: number }): number => mtu;
