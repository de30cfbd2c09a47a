/** What a VPN cannot do. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { PRIVATE_KEY_FILE, type Violation, type VpnInput } from '@openvsys/vsys';
import { networkRange, overlap, prefixOf, properNetwork } from '../network.js';
import { peerNetworks, tunnelAddress } from './model.js';

/** A tunnel has at least two ends and at most what one appliance serves. */
const PREFIXES = { widest: 16, narrowest: 30 } as const;

export const validateVpn = (input: VpnInput): Violation[] => [
  ...validateNetwork(input),
  ...validateNames(input),
  ...validateAddresses(input),
  ...validateOverlaps(input),
  ...validateKeys(input),
];

function validateNetwork({ network, reachable }: VpnInput): Violation[] {
  const pointer = '/config/network';
  const prefix = prefixOf(network);
  if (prefix < PREFIXES.widest || prefix > PREFIXES.narrowest) {
    const message = `The prefix /${prefix} is not between /${PREFIXES.widest} and /${PREFIXES.narrowest}.`;
    return [{ pointer, message, remedy: 'Choose a range like 10.99.0.0/24.' }];
  }
  if (properNetwork(network) !== network) {
    const message = `${network} is not the start of its network.`;
    return [{ pointer, message, remedy: `Write ${properNetwork(network)}.` }];
  }
  const vnet = reachable.find((cidr) => overlap(networkRange(cidr), networkRange(network)));
  if (vnet === undefined) return [];
  const message = `The tunnel’s ${network} overlaps with ${vnet} of a VNet.`;
  return [{ pointer, message, remedy: 'Choose a range that no VNet uses.' }];
}

function validateNames({ peers }: VpnInput): Violation[] {
  return peers.flatMap(({ name, publicKey }, index) => {
    const earlier = peers.slice(0, index);
    const pointer = `/config/peers/${index}`;
    if (earlier.some((other) => other.name === name)) {
      const message = `The peer name “${name}” is there twice.`;
      return [{ pointer: `${pointer}/name`, message, remedy: 'Rename one of them.' }];
    }
    const same = earlier.find((other) => other.publicKey === publicKey);
    if (!same) return [];
    const message = `“${name}” has the public key of “${same.name}”.`;
    return [{ pointer: `${pointer}/publicKey`, message, remedy: 'Give each peer a key of its own.' }];
  });
}

function validateAddresses(input: VpnInput): Violation[] {
  const { network, peers } = input;
  const range = networkRange(network);
  return peers.flatMap(({ name, address }, index) => {
    const pointer = `/config/peers/${index}/address`;
    const { first } = networkRange(address);
    if (first <= range.first || first >= range.last) {
      const message = `${address} of “${name}” is no address for a peer in ${network}.`;
      return [{ pointer, message, remedy: 'Choose one inside the network of the tunnel.' }];
    }
    const other = peers.slice(0, index).find((earlier) => earlier.address === address);
    const owner = address === tunnelAddress(input) ? 'the VPN itself' : other && `“${other.name}”`;
    if (!owner) return [];
    return [{ pointer, message: `${address} belongs to ${owner}.`, remedy: 'Choose another address.' }];
  });
}

/** WireGuard sends to the peer that has a network; two with the same would take it from each other. */
function validateOverlaps({ peers, network, reachable }: VpnInput): Violation[] {
  const taken = [
    { owner: 'the tunnel', networks: [network] },
    ...reachable.map((cidr) => ({ owner: 'a VNet', networks: [cidr] })),
  ];
  return peers.flatMap((peer, index) =>
    peer.networks.flatMap((own, position) => {
      const others = [
        ...taken,
        ...peers
          .filter((other) => other !== peer)
          .map((other) => ({ owner: `“${other.name}”`, networks: peerNetworks(other) })),
      ];
      const clash = others.find(({ networks }) =>
        networks.some((other) => overlap(networkRange(other), networkRange(own))),
      );
      if (!clash) return [];
      const pointer = `/config/peers/${index}/networks/${position}`;
      const message = `${own} of “${peer.name}” overlaps with ${clash.owner}.`;
      return [{ pointer, message, remedy: 'Choose networks that have no address in common.' }];
    }),
  );
}

/** PKCS #8 of an X25519 key up to its 32 bytes (RFC 8410). */
const X25519_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** The public key that belongs to a private one, as `wg pubkey` writes it. */
export function publicKeyOf(privateKey: string): string {
  const der = Buffer.concat([X25519_PREFIX, Buffer.from(privateKey, 'base64')]);
  const own = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  const raw = own.export({ format: 'der', type: 'spki' }).subarray(-32);
  return raw.toString('base64');
}

function validateKeys({ secrets, peers }: VpnInput): Violation[] {
  const secret = secrets[PRIVATE_KEY_FILE]?.trim();
  if (secret === undefined) return [];
  const own = publicKeyOf(secret);
  return peers.flatMap(({ name, publicKey }, index) => {
    if (publicKey !== own) return [];
    const message = `“${name}” has the VPN’s own public key.`;
    return [{ pointer: `/config/peers/${index}/publicKey`, message, remedy: 'Give the peer’s public key.' }];
  });
}
