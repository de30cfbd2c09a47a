import { Choice, Instant, ListOf, Text, Uuid, Whole } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { PageView } from '../../../http/paging.js';

const ORIGINS = ['issued', 'registered'] as const;

export class CertificateView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Uuid({ description: 'User that its holder is.' })
  userId!: string;

  @Text({
    description: 'SHA-256 of the DER form, hexadecimal.',
    example: '3f0a6d2c9b51e8874412d0c6a7f39b5e1c2d84f6075a9be3310c44d8f2e67a90',
  })
  fingerprint!: string;

  @Text({ description: 'Whom it names.', example: 'O=Demo\nOU=DEMO0001\nCN=anna', maxLength: 2_000 })
  subject!: string;

  @Text({ description: 'Serial number, hexadecimal.', example: '4A3F0C' })
  serial!: string;

  @Choice({
    description: 'Issued by this installation, or made elsewhere and registered.',
    example: 'issued',
    of: ORIGINS,
    name: 'CertificateOrigin',
  })
  origin!: (typeof ORIGINS)[number];

  @Text({
    description: 'The certificate, PEM.',
    example: '-----BEGIN CERTIFICATE-----\n…',
    maxLength: 20_000,
  })
  certificate!: string;

  @Instant({ description: 'From when on it is valid.' })
  notBefore!: Date;

  @Instant({ description: 'Until when it is valid.' })
  notAfter!: Date;

  @Instant({ description: 'When it was issued or registered.' })
  createdAt!: Date;

  @Instant({ description: 'When it was revoked, or null.', nullable: true })
  revokedAt!: Date | null;

  @Instant({ description: 'When it was used last, to about five minutes, or null.', nullable: true })
  lastUsedAt!: Date | null;
}

export class IssuedCertificateView extends CertificateView {
  @Text({
    description:
      'The private key, PKCS#8, PEM. It is shown only in this answer; null when the request brought its own key.',
    example: '-----BEGIN PRIVATE KEY-----\n…',
    maxLength: 20_000,
    nullable: true,
  })
  privateKey!: string | null;

  @Text({
    description: 'The certificate of the authority, PEM.',
    example: '-----BEGIN CERTIFICATE-----\n…',
    maxLength: 20_000,
  })
  authority!: string;
}

export class CertificatePage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => CertificateView)
  items!: readonly CertificateView[];
}

export class AuthorityView {
  @Text({
    description: 'The certificate of the authority, PEM.',
    example: '-----BEGIN CERTIFICATE-----\n…',
    maxLength: 20_000,
  })
  certificate!: string;
}

export class ListCertificatesQuery {
  @Uuid({ description: 'Only those of this user.', optional: true })
  user?: string;
}

@MayBeEmpty()
export class IssueCertificateRequest {
  @Text({
    description: 'A PKCS#10 request, PEM, whose key stays with its owner. Without it a pair of keys is made.',
    example: '-----BEGIN CERTIFICATE REQUEST-----\n…',
    maxLength: 20_000,
    optional: true,
  })
  request?: string;

  @Whole({
    description: 'Days that it is valid.',
    example: 365,
    minimum: 1,
    maximum: 3_650,
    optional: true,
  })
  days?: number;

  @Text({
    description: 'Country in the subject, two letters: some clients read a region from it.',
    example: 'DE',
    pattern: '^[A-Z]{2}$',
    optional: true,
  })
  country?: string;
}

export class RegisterCertificateRequest {
  @Text({
    description: 'A certificate of an RSA key, PEM, without its key.',
    example: '-----BEGIN CERTIFICATE-----\n…',
    maxLength: 20_000,
  })
  certificate!: string;
}

export const SHA1_CHOICES = ['accept', 'refuse', 'default'] as const;

export class SignaturePolicyView {
  @Choice({
    description: 'Whether signatures with SHA-1 are taken; `default`: as the installation has it.',
    example: 'refuse',
    of: SHA1_CHOICES,
    name: 'Sha1Policy',
  })
  sha1!: (typeof SHA1_CHOICES)[number];
}
