/** Keys of the tunnels between firewalls (WireGuard: Curve25519, RFC 7748), made by the service and seen by nobody. */
import { generateKeyPairSync } from 'node:crypto';

/** Both encodings of such a key end in its 32 bytes (RFC 8410). */
const KEY_BYTES = 32;

export interface TunnelKeys {
  /** Base64, as wg(8) writes them. */
  readonly publicKey: string;
  readonly privateKey: string;
}

const raw = (der: Buffer): string => der.subarray(-KEY_BYTES).toString('base64');

export function newTunnelKeys(): TunnelKeys {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: raw(publicKey.export({ type: 'spki', format: 'der' })),
    privateKey: raw(privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}
