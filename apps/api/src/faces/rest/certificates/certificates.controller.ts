/** Certificates of users: issue, register, list, revoke. Callers of Fujitsu's protocol show them and sign with their keys. */
import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { UserCertificateRecord } from '@openvsys/persistence';
import { organizationId } from '@openvsys/vsys';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import { ManageCertificates } from '../../../use-cases/users/manage-certificates.js';
import {
  AuthorityView,
  CertificatePage,
  CertificateView,
  IssueCertificateRequest,
  IssuedCertificateView,
  ListCertificatesQuery,
  RegisterCertificateRequest,
  SignaturePolicyView,
} from './certificates.views.js';

const DEFAULT_DAYS = 365;

@ApiTags('Users')
@Controller('v1')
export class CertificatesController {
  constructor(private readonly certificates: ManageCertificates) {}

  @Get('certificates')
  @Allow('user:read')
  @Describe({
    summary: 'List certificates',
    description: 'Certificates of users, revoked and ended ones among them.',
    answers: [{ status: 200, description: 'All certificates.', type: CertificatePage }],
  })
  async listCertificates(
    @FromCaller() call: Call,
    @Query() { user }: ListCertificatesQuery,
  ): Promise<CertificatePage> {
    return { items: (await this.certificates.list(call, user)).map(certificateView), nextCursor: null };
  }

  @Get('certificates/authority')
  @Allow('organization:read')
  @Describe({
    summary: 'Get the authority of certificates',
    description: 'For proxies that check certificates of callers before this API does.',
    answers: [{ status: 200, description: 'The authority.', type: AuthorityView }],
  })
  async getCertificateAuthority(): Promise<AuthorityView> {
    return { certificate: await this.certificates.authority() };
  }

  @Post('users/:userId/certificates')
  @Allow('user:manage')
  @Repeatable()
  @Describe({
    summary: 'Issue a certificate',
    description:
      'Whoever shows it is the user. Send a request whose key you keep, or take the pair of keys from the answer: it is shown this once, and then the call cannot be repeated with an Idempotency-Key.',
    answers: [{ status: 201, description: 'The certificate.', type: IssuedCertificateView }],
    problems: ['not-found'],
  })
  async issueCertificate(
    @FromCaller() call: Call,
    @Param('userId') id: string,
    @Body() { request, days = DEFAULT_DAYS, country }: IssueCertificateRequest,
  ): Promise<IssuedCertificateView> {
    const userId = requireUuid('user', id);
    const issued = await this.certificates.issue(call, { userId, request, days, country });
    const { privateKey, authority } = issued;
    return Object.assign(certificateView(issued), { privateKey, authority });
  }

  @Post('users/:userId/certificates/register')
  @Allow('user:manage')
  @Repeatable()
  @Describe({
    summary: 'Register a certificate',
    description: 'One that was made elsewhere. Whoever shows it is the user.',
    answers: [{ status: 201, description: 'The certificate.', type: CertificateView }],
    problems: ['not-found', 'conflict'],
  })
  async registerCertificate(
    @FromCaller() call: Call,
    @Param('userId') id: string,
    @Body() { certificate }: RegisterCertificateRequest,
  ): Promise<CertificateView> {
    return certificateView(await this.certificates.register(call, requireUuid('user', id), certificate));
  }

  @Delete('certificates/:certificateId')
  @Allow('user:manage')
  @Repeatable()
  @Describe({
    summary: 'Revoke a certificate',
    description: 'It is refused within 5 seconds.',
    answers: [{ status: 204, description: 'It is revoked.' }],
    problems: ['not-found'],
  })
  async revokeCertificate(@FromCaller() call: Call, @Param('certificateId') id: string): Promise<void> {
    await this.certificates.revoke(call, requireUuid('certificate', id));
  }

  @Get('organizations/:organizationId/signatures')
  @Allow('organization:read')
  @Describe({
    summary: 'Get which signatures an organization takes',
    description: 'Clients of Fujitsu’s protocol sign with SHA-1; later ones may use SHA-256.',
    answers: [{ status: 200, description: 'The policy.', type: SignaturePolicyView }],
    problems: ['not-found'],
  })
  async getSignaturePolicy(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
  ): Promise<SignaturePolicyView> {
    return { sha1: (await this.certificates.sha1Policy(call, organizationId(id))) ?? 'default' };
  }

  @Put('organizations/:organizationId/signatures')
  @Allow('user:manage')
  @Repeatable()
  @Describe({
    summary: 'Set which signatures an organization takes',
    description: 'Counts within 5 seconds. `refuse` ends what clients that only know SHA-1 can do.',
    answers: [{ status: 200, description: 'The policy.', type: SignaturePolicyView }],
    problems: ['not-found'],
  })
  async setSignaturePolicy(
    @FromCaller() call: Call,
    @Param('organizationId') id: string,
    @Body() { sha1 }: SignaturePolicyView,
  ): Promise<SignaturePolicyView> {
    await this.certificates.setSha1Policy(call, organizationId(id), sha1 === 'default' ? null : sha1);
    return { sha1 };
  }
}

function certificateView({
  id,
  organizationId: organization,
  userId,
  fingerprint,
  subject,
  serial,
  origin,
  certificate,
  notBefore,
  notAfter,
  createdAt,
  revokedAt,
  lastUsedAt,
}: UserCertificateRecord): CertificateView {
  const facts = { fingerprint, subject, serial, origin, certificate, notBefore, notAfter };
  return { id, organizationId: organization, userId, ...facts, createdAt, revokedAt, lastUsedAt };
}
