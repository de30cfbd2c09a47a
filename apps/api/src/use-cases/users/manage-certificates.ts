/**
 * Certificates of users: issued by the installation's authority or made elsewhere and registered. Who shows one is the user,
 * with all that the user may do.
 *
 *   issued, registered ──► usable ──► revoked · ended
 */
import { X509Certificate } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  Database,
  ensureCertificateAuthority,
  findCertificateAuthority,
  findSha1Policy,
  getOrganization,
  insertUserCertificate,
  listUserCertificates,
  lockUser,
  revokeUserCertificate,
  writeSha1Policy,
  type OrganizationRecord,
  type Session,
  type Sha1Policy,
  type UserCertificateRecord,
  type UserRecord,
} from '@openvsys/persistence';
import { DomainError, type OrganizationId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds, SecretSealer } from '../clock.js';
import { Transactor } from '../transactor.js';
import {
  issueForRequest,
  issueWithKey,
  makeAuthority,
  type KeyAndCertificate,
} from './certificate-factory.js';
import { requireGrantable } from './grantable.js';

export interface IssueCommand {
  readonly userId: string;
  /** PKCS#10, PEM; undefined: a pair of keys is made, and its private key is shown once. */
  readonly request: string | undefined;
  readonly days: number;
  /** ISO 3166, for clients that read a region from it. */
  readonly country: string | undefined;
}

export type IssuedCertificate = UserCertificateRecord & {
  /** PKCS#8, PEM; null when the caller has it. */
  readonly privateKey: string | null;
  readonly authority: string;
};

@Injectable()
export class ManageCertificates {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly sealer: SecretSealer,
  ) {}

  /** Newest first, revoked and ended ones among them. */
  async list(call: Call, userId: string | undefined): Promise<readonly UserCertificateRecord[]> {
    return this.database.session(async (session) => listUserCertificates(session, call.scope, userId));
  }

  /** PEM. For proxies that check certificates of callers themselves. */
  async authority(): Promise<string> {
    const authority = await this.database.transaction(async (session) => this.ensureAuthority(session));
    return authority.certificate;
  }

  /** Throws `not-found`, `forbidden` for users who may do more than the caller, `invalid-request` for the provider's. */
  async issue(call: Call, command: IssueCommand): Promise<IssuedCertificate> {
    // A repeat could only be answered by keeping the private key, and keys are kept nowhere.
    if (call.idempotency !== null && command.request === undefined) throw noRepeats();
    return this.transactor.change(call, async (session) => {
      const { user, organization } = await ownerOf(session, call, command.userId);
      const authority = await this.ensureAuthority(session);
      const subject = subjectOf(user, organization, command);
      // Certificates begin and end by the machine's clock, also when metered time is scaled.
      const at = new Date();
      const made =
        command.request === undefined
          ? await issueWithKey(authority, subject, at)
          : { certificate: await issueForRequest(authority, subject, at, command.request), privateKey: null };
      const record = recordOf(made.certificate, {
        id: this.ids.uuid(),
        user,
        organization,
        origin: 'issued',
      });
      await insertUserCertificate(session, record);
      return {
        answer: { ...record, privateKey: made.privateKey, authority: authority.certificate },
        audit: auditOf(record, 'issue'),
      };
    });
  }

  /** One that was made elsewhere. Throws as `issue` does, and `conflict` when somebody has it. */
  async register(call: Call, userId: string, certificate: string): Promise<UserCertificateRecord> {
    return this.transactor.change(call, async (session) => {
      const { user, organization } = await ownerOf(session, call, userId);
      const record = recordOf(certificate, { id: this.ids.uuid(), user, organization, origin: 'registered' });
      await insertUserCertificate(session, record);
      return { answer: record, audit: auditOf(record, 'register') };
    });
  }

  /** Throws `not-found`. */
  async revoke(call: Call, id: string): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const organizationId = await revokeUserCertificate(session, call.scope, id, new Date());
      if (organizationId === undefined)
        throw new DomainError('not-found', `No certificate has the id “${id}”.`);
      return { answer: {}, audit: { organizationId, verb: 'certificate.revoke', resource: id } };
    });
  }

  /** Whether signatures with SHA-1 are taken; null: as the installation has it. Throws `not-found`. */
  async sha1Policy(call: Call, organization: OrganizationId): Promise<Sha1Policy | null> {
    return this.database.session(async (session) => {
      const { id } = await getOrganization(session, call.scope, organization);
      return findSha1Policy(session, id);
    });
  }

  /** Throws `not-found`. */
  async setSha1Policy(call: Call, organization: OrganizationId, sha1: Sha1Policy | null): Promise<void> {
    await this.transactor.change(call, async (session) => {
      const { id } = await getOrganization(session, call.scope, organization);
      await writeSha1Policy(session, id, sha1);
      const audit = { organizationId: id, verb: 'organization.signatures', resource: id, detail: { sha1 } };
      return { answer: {}, audit };
    });
  }

  private async ensureAuthority(session: Session): Promise<KeyAndCertificate> {
    const found = (await findCertificateAuthority(session)) ?? (await this.newAuthority(session));
    return { ...found, privateKey: this.sealer.open(found.privateKey, 'certificate-authority') };
  }

  private async newAuthority(session: Session) {
    const made = await makeAuthority(new Date());
    const privateKey = this.sealer.seal(made.privateKey, 'certificate-authority');
    return ensureCertificateAuthority(session, { ...made, privateKey }, new Date());
  }
}

interface Owner {
  readonly user: UserRecord;
  readonly organization: OrganizationRecord;
}

/** Nobody makes a way to more than they have. */
async function ownerOf(session: Session, call: Call, userId: string): Promise<Owner> {
  const user = await lockUser(session, call.scope, userId);
  const { roles, vdcIds, organizationId } = user;
  requireGrantable(call, 'A certificate', { roles, vdcIds: vdcIds ?? undefined, organizationId });
  if (organizationId === null) {
    throw new DomainError('invalid-request', 'Users of the provider have no certificates.', {
      pointer: '/userId',
      remedy: 'Use a token.',
    });
  }
  return { user, organization: await getOrganization(session, call.scope, organizationId) };
}

function subjectOf(
  user: UserRecord,
  { name, contract }: OrganizationRecord,
  { country, days }: IssueCommand,
) {
  const own = [
    ['O', name],
    ['OU', contract],
    ['CN', user.name],
  ] as const;
  return { days, names: country === undefined ? own : ([['C', country], ...own] as const) };
}

/** The shortest key that Node's TLS takes from a client by default. */
const LEAST_KEY_BITS = 2_048;

/** Throws `invalid-request` for what is no certificate of an RSA key. */
function recordOf(
  pem: string,
  { id, user, organization, origin }: Owner & Pick<UserCertificateRecord, 'id' | 'origin'>,
): UserCertificateRecord {
  const certificate = parsed(pem);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  if (type !== 'rsa' || (details?.modulusLength ?? 0) < LEAST_KEY_BITS)
    throw unusable(`Its key must be an RSA key of ${LEAST_KEY_BITS} bits or more.`);
  return {
    id,
    userId: user.id,
    organizationId: organization.id,
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: certificate.subject,
    serial: certificate.serialNumber,
    certificate: certificate.toString(),
    origin,
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    createdAt: new Date(),
    revokedAt: null,
    lastUsedAt: null,
  };
}

function parsed(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw unusable('It is no X.509 certificate in PEM form.');
  }
}

const unusable = (why: string): DomainError =>
  new DomainError('invalid-request', `The certificate is not usable: ${why}`, {
    pointer: '/certificate',
    remedy: 'Send one certificate in PEM form, without its key.',
  });

const auditOf = ({ id, organizationId, userId, fingerprint }: UserCertificateRecord, verb: string) => ({
  organizationId,
  verb: `certificate.${verb}`,
  resource: id,
  detail: { userId, fingerprint },
});

function noRepeats(): DomainError {
  return new DomainError(
    'invalid-request',
    'Issuing with a fresh key cannot be repeated: the key is shown once.',
    {
      pointer: '/header/Idempotency-Key',
      remedy: 'Leave the Idempotency-Key out, or send a PKCS#10 request and keep the key.',
    },
  );
}
