// Purpose: the certificate each host shows over TLS, as a row of class Certificate and for whoever asks for it. They are
// given from outside; making and changing them is refused.
import { X509Certificate } from 'node:crypto';
import { compactDate } from '../datamodel/xen-value.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** The text of the certificate stands in the row of the host, where no client sees it. */
const PEM_FIELD = 'server_certificate_pem';

/** Makes the certificate known that a host is served with; one of an earlier start is replaced. */
export function noteServerCertificate(sim: SimPool, host: Row, pem: string): void {
  const certificate = new X509Certificate(pem);
  for (const old of sim.db.follow('Certificate', host.set('certificates')))
    if (old.text('type') === 'host') sim.db.remove(old);
  sim.db.create('Certificate', {
    name: '',
    type: 'host',
    host: host.ref,
    not_before: compactDate(Date.parse(certificate.validFrom)),
    not_after: compactDate(Date.parse(certificate.validTo)),
    fingerprint: certificate.fingerprint256,
    fingerprint_sha256: certificate.fingerprint256,
    fingerprint_sha1: certificate.fingerprint,
  });
  sim.db.update(host, { [PEM_FIELD]: pem });
}

export type ThumbprintHash = 'sha-256' | 'sha-1';

/** What tells the certificate of the master from others; undefined without TLS. */
export function masterThumbprint(sim: SimPool, hash: ThumbprintHash): string | undefined {
  const [certificate] = sim.db
    .follow('Certificate', sim.master.set('certificates'))
    .filter((row) => row.text('type') === 'host');
  return certificate?.text(hash === 'sha-256' ? 'fingerprint_sha256' : 'fingerprint_sha1');
}

export const SERVER_CERTIFICATES: BehaviourTable = {
  'host.get_server_certificate': quick(({ sim }, args) => {
    const pem = sim.db.get('host', args.ref(0)).text(PEM_FIELD);
    // Served without TLS there is none to show.
    if (pem === '') throw new XenFailure('NOT_IMPLEMENTED', 'host.get_server_certificate');
    return pem;
  }),
};
