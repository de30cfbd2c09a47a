/**
 * Whether the other side is the API that this appliance was made for: its certificate comes from the pinned authority and
 * is for the name that was called. Validity in time is judged with mercy for one case: a certificate that is "not yet
 * valid" means that this clock is behind (a fresh VM, an empty clock battery), not that the certificate is from the
 * future. An expired one is refused.
 */
import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** The reason why the peer is not trusted; undefined when it is. */
export function findDistrust(socket: TLSSocket, host: string, ca: string): string | undefined {
  if (socket.authorized) return undefined;
  const reason = String(socket.authorizationError);
  if (!reason.includes('CERT_NOT_YET_VALID')) return reason;
  // The first error may hide another one, so signature and name are checked here once more.
  const leaf = socket.getPeerX509Certificate();
  const root = new X509Certificate(ca);
  if (leaf === undefined) return 'no certificate';
  const isSigned =
    leaf.fingerprint256 === root.fingerprint256 || (leaf.checkIssued(root) && leaf.verify(root.publicKey));
  if (!isSigned) return 'the certificate is not from the pinned authority';
  const isNamed = /^[\d.]+$/.test(host) ? leaf.checkIP(host) : leaf.checkHost(host);
  return isNamed === undefined ? `the certificate is not for ${host}` : undefined;
}
