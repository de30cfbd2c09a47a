/** What a person does who registers a pool: reads which certificate a host shows. */
import { once } from 'node:events';
import { connect } from 'node:tls';

/** SHA-256 in lower case hex; null for a host that speaks plain HTTP. */
export async function certificateOf(url: string): Promise<string | null> {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:') return null;
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256.replaceAll(':', '').toLowerCase();
}
