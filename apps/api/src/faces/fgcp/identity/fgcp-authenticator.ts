/**
 * Who a caller is: the user whose certificate it shows and whose key signed the access key. A caller that shows none is looked
 * for by the signature, where the installation allows it.
 *
 *   certificate shown ──known──► its key signed? ──► user
 *   none shown ──allowed──► whose key signed? ─────► user
 */
import { createHash } from 'node:crypto';
import type { UsableCertificate } from '@openvsys/persistence';
import type { ContractId, OrganizationId, Principal } from '@openvsys/vsys';
import { FgcpError } from '../protocol/fgcp-error.js';
import {
  findRsaKey,
  isSignedBy,
  noVerification,
  readAccessKey,
  requireFresh,
  type AccessKey,
} from '../protocol/access-key.js';
import type { FgcpSettings } from './fgcp-settings.js';

export interface CertificateLookup {
  /** Not revoked, not ended, of a user who is active. */
  find(fingerprint: string): Promise<UsableCertificate | undefined>;
  /** Those that may have signed, likely ones first; bounded. */
  list(): Promise<readonly UsableCertificate[]>;
  /** Notes that it was used. */
  touch(certificate: UsableCertificate): Promise<void>;
}

export interface FgcpIdentity {
  readonly principal: Principal;
  readonly organizationId: OrganizationId;
  readonly contract: ContractId;
}

export interface Signed {
  /** Undefined: no certificate was shown. */
  readonly fingerprint: string | undefined;
  /** As they were sent. */
  readonly accessKeyId: string | undefined;
  readonly signature: string | undefined;
}

interface Remembered {
  readonly certificate: UsableCertificate;
  readonly until: number;
}

/** As long as tokens: a certificate that was revoked may be accepted by another process for this long. */
const CACHE_MS = 5_000;
/** Then the memory starts over: bounds what a flood of signatures can take. */
const CACHE_SIZE = 10_000;
/** A signature of 4096 bits in Base64 with line ends, twice. */
const LONGEST_SIGNATURE = 2_048;

export class FgcpAuthenticator {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly certificates: CertificateLookup,
    private readonly settings: FgcpSettings,
    private readonly now: () => Date,
  ) {}

  /** Throws VALIDATION_ERROR for a signature that does not hold, ERROR for a caller that nobody knows. */
  async authenticate({ fingerprint, accessKeyId, signature = '' }: Signed): Promise<FgcpIdentity> {
    const accessKey = readAccessKey(accessKeyId);
    if (signature.length > LONGEST_SIGNATURE) throw noVerification();
    requireFresh(accessKey, this.now(), this.settings.clockWindowMs);
    const certificate = await this.verified(fingerprint, accessKey, signature);
    this.requireAlgorithm(accessKey, certificate);
    await this.certificates.touch(certificate);
    return identityOf(certificate);
  }

  private async verified(
    fingerprint: string | undefined,
    accessKey: AccessKey,
    signature: string,
  ): Promise<UsableCertificate> {
    const memory = digestOf(fingerprint ?? '', accessKey.text, signature);
    const now = this.now().getTime();
    const known = this.remembered.get(memory);
    if (known !== undefined && known.until > now) return known.certificate;
    const certificate =
      fingerprint === undefined
        ? await this.findSigner(accessKey, signature)
        : await this.findShown(fingerprint, accessKey, signature);
    if (this.remembered.size >= CACHE_SIZE) this.remembered.clear();
    this.remembered.set(memory, {
      certificate,
      until: Math.min(now + CACHE_MS, certificate.notAfter.getTime()),
    });
    return certificate;
  }

  private async findShown(
    fingerprint: string,
    accessKey: AccessKey,
    signature: string,
  ): Promise<UsableCertificate> {
    const certificate = await this.certificates.find(fingerprint);
    if (certificate === undefined) throw unknownUser();
    if (!signs(certificate, accessKey, signature)) throw noVerification();
    return certificate;
  }

  private async findSigner(accessKey: AccessKey, signature: string): Promise<UsableCertificate> {
    if (this.settings.clientCertificates === 'required') throw unknownUser();
    const all = await this.certificates.list();
    const signer = all.find((each) => signs(each, accessKey, signature));
    if (signer === undefined) throw noVerification();
    return signer;
  }

  private requireAlgorithm({ algorithm }: AccessKey, { sha1 }: UsableCertificate): void {
    const policy = sha1 ?? this.settings.sha1;
    if (algorithm !== 'SHA1withRSA' || policy === 'accept') return;
    // Not the words of a signature that does not hold: clients repeat those for minutes.
    throw new FgcpError('VALIDATION_ERROR', 'SHA1withRSA is not accepted here. Sign with SHA256withRSA.');
  }
}

function signs({ certificate }: UsableCertificate, accessKey: AccessKey, signature: string): boolean {
  const key = findRsaKey(certificate);
  return key !== undefined && isSignedBy(accessKey, signature, key);
}

const digestOf = (...texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64');

const unknownUser = (): FgcpError => new FgcpError('ERROR', 'User not found in selectData. searchKey:userid');

const identityOf = ({
  userId,
  organizationId,
  contract,
  roles,
  vdcIds,
}: UsableCertificate): FgcpIdentity => ({
  principal: { actor: `user:${userId}`, organizationId, roles, vdcIds },
  organizationId,
  contract,
});
