// Purpose: certificates and revocation lists that the administrator makes the pool trust. They are checked and kept;
// nothing here verifies a connection with them.
//
//   install: name ► not there yet ► readable ► valid now ► kept, with a row of class Certificate
import { X509Certificate } from 'node:crypto';
import { compactDate } from '../datamodel/xen-value.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { XenFailure } from '../core/failure.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Names become file names, so only these characters; none may begin with a dot. */
const SAFE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const REVOCATION_LIST = /^-----BEGIN X509 CRL-----\s[A-Za-z0-9+/=\s]+-----END X509 CRL-----\s*$/;

/** Revocation lists have no class; the pool row carries their names where no client sees them. */
const LISTS_FIELD = 'revocation_lists';

function installedAuthority(sim: SimPool, name: string): Row | undefined {
  return sim.db.rows('Certificate').find((row) => row.text('type') === 'ca' && row.text('name') === name);
}

/** @throws XenFailure CA_CERTIFICATE_INVALID */
function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new XenFailure('CA_CERTIFICATE_INVALID');
  }
}

/** @throws XenFailure CERTIFICATE_NAME_INVALID, CERTIFICATE_ALREADY_EXISTS, CA_CERTIFICATE_… */
function installAuthority(sim: SimPool, name: string, pem: string): void {
  if (!SAFE_NAME.test(name)) throw new XenFailure('CERTIFICATE_NAME_INVALID', name);
  if (installedAuthority(sim, name) !== undefined) throw new XenFailure('CERTIFICATE_ALREADY_EXISTS', name);
  const certificate = readCertificate(pem);
  const [from, to, now] = [
    Date.parse(certificate.validFrom),
    Date.parse(certificate.validTo),
    sim.clock.now(),
  ];
  if (now < from) throw new XenFailure('CA_CERTIFICATE_NOT_VALID_YET', compactDate(now), compactDate(from));
  if (now > to) throw new XenFailure('CA_CERTIFICATE_EXPIRED', compactDate(now), compactDate(to));
  sim.db.create('Certificate', {
    name,
    type: 'ca',
    not_before: compactDate(from),
    not_after: compactDate(to),
    fingerprint: certificate.fingerprint256,
    fingerprint_sha256: certificate.fingerprint256,
    fingerprint_sha1: certificate.fingerprint,
  });
}

/** @throws XenFailure CERTIFICATE_DOES_NOT_EXIST */
function uninstallAuthority(sim: SimPool, name: string, missing: 'refused' | 'ignored'): void {
  if (!SAFE_NAME.test(name)) throw new XenFailure('CERTIFICATE_NAME_INVALID', name);
  const known = installedAuthority(sim, name);
  if (known !== undefined) sim.db.remove(known);
  else if (missing === 'refused') throw new XenFailure('CERTIFICATE_DOES_NOT_EXIST', name);
}

function authorityNames(sim: SimPool): string[] {
  return sim.db
    .rows('Certificate')
    .filter((row) => row.text('type') === 'ca')
    .map((row) => row.text('name'));
}

/** @throws XenFailure CRL_NAME_INVALID, CRL_ALREADY_EXISTS, CRL_CORRUPT */
function installList(sim: SimPool, name: string, pem: string): void {
  if (!SAFE_NAME.test(name)) throw new XenFailure('CRL_NAME_INVALID', name);
  const names = sim.pool.set(LISTS_FIELD);
  if (names.includes(name)) throw new XenFailure('CRL_ALREADY_EXISTS', name);
  if (!REVOCATION_LIST.test(pem)) throw new XenFailure('CRL_CORRUPT', name);
  sim.db.update(sim.pool, { [LISTS_FIELD]: [...names, name] });
}

/** @throws XenFailure CRL_NAME_INVALID, CRL_DOES_NOT_EXIST */
function uninstallList(sim: SimPool, name: string): void {
  if (!SAFE_NAME.test(name)) throw new XenFailure('CRL_NAME_INVALID', name);
  const names = sim.pool.set(LISTS_FIELD);
  if (!names.includes(name)) throw new XenFailure('CRL_DOES_NOT_EXIST', name);
  sim.db.update(sim.pool, { [LISTS_FIELD]: names.filter((other) => other !== name) });
}

export const CERTIFICATES: BehaviourTable = {
  'pool.install_ca_certificate': quick(({ sim }, args) => installAuthority(sim, args.text(0), args.text(1))),
  'pool.certificate_install': quick(({ sim }, args) => installAuthority(sim, args.text(0), args.text(1))),
  'pool.uninstall_ca_certificate': quick(({ sim }, args) =>
    uninstallAuthority(sim, args.text(0), args.flag(1) ? 'ignored' : 'refused'),
  ),
  'pool.certificate_uninstall': quick(({ sim }, args) => uninstallAuthority(sim, args.text(0), 'refused')),
  'pool.certificate_list': quick(({ sim }) => authorityNames(sim)),
  // All hosts of the simulation read the same tables.
  'pool.certificate_sync': quick(() => undefined),
  'pool.crl_install': quick(({ sim }, args) => installList(sim, args.text(0), args.text(1))),
  'pool.crl_uninstall': quick(({ sim }, args) => uninstallList(sim, args.text(0))),
  'pool.crl_list': quick(({ sim }) => [...sim.pool.set(LISTS_FIELD)]),
};
