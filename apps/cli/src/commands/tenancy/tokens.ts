import { createToken, listTokens, revokeToken, type Role, type TokenView } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId, getVdcId } from '../../api/find-place.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { parseInstant } from '../instant.js';
import { addListOptions } from '../list-options.js';
import { getUser } from '../users/find-user.js';
import { ROLE_NAMES } from '../users/role-names.js';

const COLUMNS: readonly Column<TokenView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'roles', value: ({ roles }) => roles.join(' ') },
  { title: 'user', value: ({ userId }) => userId },
  { title: 'organization', value: ({ organizationId }) => organizationId ?? '(provider)' },
  { title: 'created', value: ({ createdAt }) => instant(createdAt) },
  { title: 'expires', value: ({ expiresAt }) => instant(expiresAt) },
  { title: 'revoked', value: ({ revokedAt }) => instant(revokedAt) },
];

const CREATE_HELP = `
The token is shown this one time and is not kept. It cannot give more than its maker may do.

Examples:
  $ vsysctl tokens create --name ci --role designer --vdc main
  $ vsysctl tokens create --name laptop --role designer --user ada
  $ vsysctl tokens create --name admin --role org-admin --organization ACME0001   # for the provider
  $ vsysctl tokens create --name bill --role billing --expires 2027-01-01 -o json`;

interface CreateOptions {
  readonly name: string;
  readonly role: Role[];
  readonly organization?: string;
  readonly vdc?: string[];
  readonly user?: string;
  readonly expires?: string;
}

export function registerTokens(program: Command, shell: Shell): void {
  const tokens = program
    .command('tokens')
    .summary('list, create and revoke tokens')
    .description('Credentials for people and programs, each with roles.');
  addListOptions(tokens.command('list'))
    .description('Lists all tokens, revoked ones too.')
    .addHelpText('after', examples('tokens list'))
    .action(shell.connected(list));
  tokens
    .command('create')
    .description('Creates a token.')
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--role <role...>', 'one or more roles').choices(ROLE_NAMES).makeOptionMandatory())
    .option('--organization <tenant>', 'for the provider: contract or id of the tenant it is for')
    .option('--user <user>', 'name or id of the user whose token it is: it gives no more than the user has')
    .option('--vdc <vdc...>', 'only for these VDCs, by name or id')
    .option('--expires <instant>', 'when it ends, e.g. 2027-01-01', parseInstant)
    .addHelpText('after', CREATE_HELP)
    .action(shell.connected(create));
  tokens
    .command('revoke')
    .description('Ends a token for good.')
    .argument('<id>', 'id of the token, see `vsysctl tokens list`')
    .addHelpText(
      'after',
      examples('tokens revoke 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11 --reason "laptop lost"'),
    )
    .action(shell.connected(revoke));
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  const pages = pagesOf(async (query) => answerOf(listTokens({ client, query })), options);
  await output.list(pages, COLUMNS);
}

async function create({ client, output }: Context, options: CreateOptions): Promise<void> {
  const { name, role: roles, organization, vdc, user, expires } = options;
  const body = {
    name,
    roles,
    ...(organization === undefined ? {} : { organizationId: await getOrganizationId(client, organization) }),
    ...(user === undefined ? {} : { userId: (await getUser(client, user)).id }),
    ...(vdc === undefined
      ? {}
      : { vdcIds: await Promise.all(vdc.map(async (each) => getVdcId(client, each))) }),
    ...(expires === undefined ? {} : { expiresAt: expires }),
  };
  // No Idempotency-Key: a stored answer would keep the token.
  const created = await answerOf(createToken({ client, body }));
  output.note('Keep the token now: it is not shown again.');
  await output.result(created, () => {
    const { id, token } = created;
    const facts = { id, name, roles: created.roles.join(' '), expires: instant(created.expiresAt), token };
    return renderFacts(facts, output.colors);
  });
}

async function revoke({ client, output, change }: Context, tokenId: string): Promise<void> {
  await change(async (headers) => revokeToken({ client, headers, path: { tokenId } }));
  output.note(`Token ${tokenId} is revoked.`);
}
