/**
 * Looks at a pool that is not served yet. The password goes to nobody whose certificate is not trusted; whose is not, is
 * named with its fingerprint, so that a person can compare and confirm it.
 */
import { connect, type ConnectionOptions } from 'node:tls';
import { DomainError, type Clock, type PoolDescription, type PoolLogin } from '@openvsys/vsys';
import { describePool } from './describe-pool.js';
import { realTime } from '../real-time.js';
import { checkedUrl } from '../transport/endpoint.js';
import { HttpTransport } from '../transport/http-transport.js';
import type { TransportFactory } from '../transport/transport.js';
import { toReadError } from '../xapi-error.map.js';
import { PoolConnection } from '../session/pool-connection.js';

export interface ProbeOptions {
  /** Names us in the pool's session list. */
  readonly originator: string;
  readonly clock?: Clock;
  readonly transportFor?: TransportFactory;
}

/** A host that shows its certificate does so within this time, ms. */
const HANDSHAKE_MS = 5_000;

/**
 * Throws `pool-unreachable`, `pool-refused` (wrong password, wrong certificate, not a XenAPI server). Where a certificate
 * is not trusted the details hold `certificates: [{url, fingerprint}]`.
 */
export async function probePool(
  login: PoolLogin,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<PoolDescription> {
  const connection = new PoolConnection({
    ...login,
    originator: options.originator,
    clock: options.clock ?? realTime,
    transportFor: options.transportFor ?? wayFor(login),
  });
  try {
    await connection.open(signal);
    return await describePool({
      url: connection.members.list()[0] ?? '',
      request: async (method, params) => connection.request(method, params, { signal }),
    });
  } catch (error) {
    throw await withCertificates(toReadError(error), login, connection.members.list());
  } finally {
    await connection.close();
  }
}

export const wayFor =
  ({ fingerprints, ca }: Pick<PoolLogin, 'fingerprints' | 'ca'>): TransportFactory =>
  (url) =>
    new HttpTransport(url, { fingerprints, ...(ca === null ? {} : { ca }) });

async function withCertificates(
  refusal: DomainError,
  login: PoolLogin,
  urls: readonly string[],
): Promise<DomainError> {
  if (refusal.code !== 'pool-refused' || refusal.details['xenapi'] !== undefined) return refusal;
  const shown = await Promise.all(urls.map(async (url) => ({ url, fingerprint: await shownBy(url) })));
  const known = new Set(login.fingerprints.map((each) => each.replaceAll(':', '').toLowerCase()));
  const certificates = shown.filter(
    ({ fingerprint }) => fingerprint !== undefined && !known.has(fingerprint),
  );
  const isAboutTrust = /certificate|pinned|fingerprint/i.test(refusal.message);
  if (!isAboutTrust || certificates.length === 0) return refusal;
  return new DomainError('pool-refused', 'The certificate of the pool is not trusted yet.', {
    retry: 'after-change',
    remedy:
      'Compare the fingerprint with the one that the console of the host shows, then repeat with it; or give the certificate authority.',
    details: { certificates },
    cause: refusal,
  });
}

/** SHA-256 of the certificate that the host shows; nothing is sent. Undefined when it shows none. */
async function shownBy(url: string): Promise<string | undefined> {
  const { protocol, hostname, port } = checkedUrl(url);
  if (protocol !== 'https:') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  const target: ConnectionOptions = {
    host,
    port: port === '' ? 443 : Number(port),
    rejectUnauthorized: false,
  };
  const socket = connect(target);
  const shown = Promise.withResolvers<string | undefined>();
  socket.on('secureConnect', () => {
    shown.resolve(socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase());
    socket.destroy();
  });
  socket.setTimeout(HANDSHAKE_MS, () => socket.destroy());
  socket.on('error', () => shown.resolve(undefined));
  socket.on('close', () => shown.resolve(undefined));
  return shown.promise;
}
