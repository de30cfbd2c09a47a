/** Certificates of users: what callers of Fujitsu's original protocol show and sign with. */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  getCertificateAuthority,
  getSignaturePolicy,
  issueCertificate,
  listCertificates,
  registerCertificate,
  revokeCertificate,
  setSignaturePolicy,
  whoAmI,
  type CertificateView,
} from '@openvsys/api-client';
import { Argument, InvalidArgumentError, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId } from '../../api/find-place.js';
import { onePage } from '../../api/pages.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { getUser } from './find-user.js';

const COLUMNS: readonly Column<CertificateView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'user', value: ({ userId }) => userId },
  { title: 'subject', value: ({ subject }) => subject.replaceAll('\n', ', ') },
  { title: 'ends', value: ({ notAfter }) => instant(notAfter) },
  { title: 'used', value: ({ lastUsedAt }) => instant(lastUsedAt) },
  { title: 'revoked', value: ({ revokedAt }) => instant(revokedAt) },
  { title: 'fingerprint', value: ({ fingerprint }) => fingerprint },
];

const ISSUE_HELP = `
The private key is shown this one time, or written to the file, and is not kept. Clients that want a PKCS#12 file:
  openssl pkcs12 -export -in anna.pem -out UserCert.p12

Examples:
  $ vsysctl users certificates issue anna --out anna.pem
  $ vsysctl users certificates issue anna --request anna.csr --days 90
  $ vsysctl users certificates issue anna --out anna.pem --country DE`;

const SHA1 = ['accept', 'refuse', 'default'] as const;

interface IssueOptions {
  readonly out?: string;
  readonly request?: string;
  readonly days?: number;
  readonly country?: string;
}

export function addCertificates(users: Command, shell: Shell): void {
  const certificates = users
    .command('certificates')
    .summary('issue, register and revoke certificates')
    .description('Who shows a certificate of a user in Fujitsu’s original protocol is that user.');
  certificates
    .command('list')
    .description('Lists certificates, revoked and ended ones too.')
    .argument('[user]', 'name or id')
    .addHelpText('after', examples('users certificates list', 'users certificates list anna'))
    .action(shell.connected(list));
  certificates
    .command('issue')
    .description('Issues a certificate.')
    .argument('<user>', 'name or id')
    .option('--out <file>', 'write key and certificate there, readable for you alone')
    .option('--request <file>', 'a PKCS#10 request, PEM: the key stays yours')
    .option('--days <number>', 'how long it is valid; a year without it', parseDays)
    .option('--country <code>', 'two letters in the subject: some clients read a region from it')
    .addHelpText('after', ISSUE_HELP)
    .action(shell.connected(issue));
  certificates
    .command('register')
    .description('Registers a certificate that was made elsewhere.')
    .argument('<user>', 'name or id')
    .argument('<file>', 'the certificate, PEM')
    .addHelpText('after', examples('users certificates register anna anna.crt'))
    .action(shell.connected(register));
  addEnds(certificates, shell);
  addSignatures(certificates, shell);
}

function addEnds(certificates: Command, shell: Shell): void {
  certificates
    .command('revoke')
    .description('Ends a certificate for good.')
    .argument('<id>', 'id of the certificate')
    .addHelpText(
      'after',
      examples('users certificates revoke 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11 --reason "left"'),
    )
    .action(shell.connected(revoke));
  certificates
    .command('authority')
    .description('Shows the authority that issues them, for proxies that check certificates themselves.')
    .addHelpText('after', examples('users certificates authority > users-ca.pem'))
    .action(shell.connected(authority));
}

function addSignatures(certificates: Command, shell: Shell): void {
  certificates
    .command('sha1')
    .description('Shows or sets whether signatures with SHA-1 are taken, which clients of the time need.')
    .addArgument(new Argument('[policy]', 'what shall hold').choices(SHA1))
    .option('--organization <tenant>', 'for the provider: contract or id of the tenant')
    .addHelpText('after', examples('users certificates sha1', 'users certificates sha1 refuse'))
    .action(shell.connected(sha1));
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new InvalidArgumentError('It must be a whole number from 1 to 3650.');
  return days;
}

async function list({ client, output }: Context, user: string | undefined): Promise<void> {
  const query = user === undefined ? {} : { user: (await getUser(client, user)).id };
  await output.list(onePage(answerOf(listCertificates({ client, query }))), COLUMNS);
}

async function issue(
  { client, output, change }: Context,
  user: string,
  { out, request, days, country }: IssueOptions,
): Promise<void> {
  const { id: userId } = await getUser(client, user);
  const body = {
    ...(request === undefined ? {} : { request: readFileSync(request, 'utf8') }),
    ...(days === undefined ? {} : { days }),
    ...(country === undefined ? {} : { country }),
  };
  const asked = { client, path: { userId }, body };
  // No Idempotency-Key with a fresh key: a stored answer would keep it.
  const issued =
    request === undefined
      ? await answerOf(issueCertificate(asked))
      : await change(async (headers) => issueCertificate({ ...asked, headers }));
  const pem = [issued.privateKey, issued.certificate].filter((text) => text !== null).join('\n');
  if (out !== undefined) {
    writeFileSync(out, pem, { mode: 0o600, flag: 'wx' });
    output.note(`Written to ${out}.`);
  } else if (issued.privateKey !== null) output.note('Keep the key now: it is not shown again.');
  const { privateKey: _key, ...shown } = issued;
  await output.result(out === undefined ? issued : shown, () =>
    out === undefined ? pem : facts(issued, output),
  );
}

const facts = ({ id, subject, fingerprint, notAfter }: CertificateView, output: Context['output']): string =>
  renderFacts(
    { id, subject: subject.replaceAll('\n', ', '), fingerprint, ends: instant(notAfter) },
    output.colors,
  );

async function register({ client, output, change }: Context, user: string, file: string): Promise<void> {
  const { id: userId } = await getUser(client, user);
  const body = { certificate: readFileSync(file, 'utf8') };
  const made = await change(async (headers) =>
    registerCertificate({ client, headers, path: { userId }, body }),
  );
  await output.result(made, () => facts(made, output));
}

async function revoke({ client, output, change }: Context, certificateId: string): Promise<void> {
  await change(async (headers) => revokeCertificate({ client, headers, path: { certificateId } }));
  output.note(`Certificate ${certificateId} is revoked.`);
}

async function authority({ client, output }: Context): Promise<void> {
  const shown = await answerOf(getCertificateAuthority({ client }));
  await output.result(shown, () => shown.certificate);
}

async function sha1(
  { client, output, change }: Context,
  policy: (typeof SHA1)[number] | undefined,
  { organization }: { readonly organization?: string },
): Promise<void> {
  const organizationId =
    organization === undefined
      ? await ownOrganization(client)
      : await getOrganizationId(client, organization);
  const path = { organizationId };
  const shown =
    policy === undefined
      ? await answerOf(getSignaturePolicy({ client, path }))
      : await change(async (headers) =>
          setSignaturePolicy({ client, headers, path, body: { sha1: policy } }),
        );
  await output.result(shown, () => renderFacts({ sha1: shown.sha1 }, output.colors));
}

async function ownOrganization(client: Context['client']): Promise<string> {
  const { organizationId } = await answerOf(whoAmI({ client }));
  if (organizationId !== null) return organizationId;
  throw usageError('You are the provider.', 'Name a tenant with --organization.');
}
