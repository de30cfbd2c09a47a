/** People and what they may do. */
import {
  changeUser,
  createUser,
  listUsers,
  type ChangeUserRequest,
  type Role,
  type UserView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId, getVdcId } from '../../api/find-place.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Output } from '../../output/output.js';
import { renderFacts, type Column } from '../../output/render.js';
import { usageError } from '../../cli-error.js';
import { onePage } from '../../api/pages.js';
import { examples } from '../examples.js';
import { addCertificates } from './certificates.js';
import { getUser } from './find-user.js';
import { ROLE_NAMES } from './role-names.js';

const COLUMNS: readonly Column<UserView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'roles', value: ({ roles }) => roles.join(' ') },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'subject', value: ({ subject }) => subject },
  { title: 'email', value: ({ email }) => email },
  { title: 'organization', value: ({ organizationId }) => organizationId ?? '(provider)' },
  { title: 'id', value: ({ id }) => id },
];

const CREATE_HELP = `
A user acts by tokens that are made for it. None of them gives more than the user has at that moment.

Examples:
  $ vsysctl users create ada --role designer billing --email ada@example.com
  $ vsysctl users create bob --role operator --vdc production --subject 248289761001
  $ vsysctl users create boss --role org-admin --organization ACME0001   # for the provider
  $ vsysctl tokens create --name laptop --role designer --user ada`;

const CHANGE_HELP = `
What is named replaces what was there before. It holds for all tokens of the user within seconds.

Examples:
  $ vsysctl users change ada --role monitor
  $ vsysctl users change bob --all-vdcs
  $ vsysctl users disable ada --reason "left the company"
  $ vsysctl users enable ada`;

interface UserOptions {
  readonly role?: Role[];
  readonly email?: string;
  readonly subject?: string;
  readonly vdc?: string[];
}

type CreateOptions = UserOptions & { readonly role: Role[]; readonly organization?: string };
type ChangeOptions = UserOptions & { readonly allVdcs?: true };

export function registerUsers(program: Command, shell: Shell): void {
  const users = program
    .command('users')
    .summary('list, create, change and disable users')
    .description('People with roles. Users are never deleted, only disabled: the audit names them.');
  users
    .command('list')
    .description('Lists all users, disabled ones too.')
    .addHelpText('after', examples('users list'))
    .action(shell.connected(list));
  addCreate(users, shell);
  addChange(users, shell);
  addCertificates(users, shell);
  for (const [verb, state, description] of [
    ['disable', 'disabled', 'Refuses all tokens of a user until it is enabled again.'],
    ['enable', 'active', 'Accepts the tokens of a user again.'],
  ] as const)
    users
      .command(verb)
      .description(description)
      .argument('<user>', 'name or id')
      .addHelpText('after', CHANGE_HELP)
      .action(shell.connected(async (context, user: string) => modify(context, user, { state })));
}

function addCreate(users: Command, shell: Shell): void {
  users
    .command('create')
    .description('Creates a user.')
    .argument('<name>', 'name, unique in the organization')
    .addOption(new Option('--role <role...>', 'one or more roles').choices(ROLE_NAMES).makeOptionMandatory())
    .option('--email <address>', 'mail address')
    .option('--subject <sub>', 'who it is at the identity provider: the claim “sub” of its tokens')
    .option('--vdc <vdc...>', 'only for these VDCs, by name or id')
    .option('--organization <tenant>', 'for the provider: contract or id of the tenant it is of')
    .addHelpText('after', CREATE_HELP)
    .action(shell.connected(create));
}

function addChange(users: Command, shell: Shell): void {
  users
    .command('change')
    .description('Changes the roles, the VDCs or the mail address of a user.')
    .argument('<user>', 'name or id')
    .addOption(new Option('--role <role...>', 'all roles that it has then').choices(ROLE_NAMES))
    .option('--email <address>', 'mail address')
    .option('--subject <sub>', 'who it is at the identity provider: the claim “sub” of its tokens')
    .addOption(new Option('--vdc <vdc...>', 'only for these VDCs, by name or id').conflicts('allVdcs'))
    .option('--all-vdcs', 'not bound to VDCs any more')
    .addHelpText('after', CHANGE_HELP)
    .action(shell.connected(change));
}

async function list({ client, output }: Context): Promise<void> {
  await output.list(onePage(answerOf(listUsers({ client }))), COLUMNS);
}

async function create(
  context: Context,
  name: string,
  { organization, ...options }: CreateOptions,
): Promise<void> {
  const { client, output, change: send } = context;
  const body = {
    name,
    ...(await fieldsOf(context, options)),
    roles: options.role,
    ...(organization === undefined ? {} : { organizationId: await getOrganizationId(client, organization) }),
  };
  await print(output, await send(async (headers) => createUser({ client, headers, body })));
}

async function change(context: Context, user: string, { allVdcs, ...options }: ChangeOptions): Promise<void> {
  const body = { ...(await fieldsOf(context, options)), ...(allVdcs === true ? { vdcIds: [] } : {}) };
  if (Object.keys(body).length === 0) {
    throw usageError('Nothing is to be changed.', 'Give --role, --email, --subject, --vdc or --all-vdcs.');
  }
  await modify(context, user, body);
}

async function modify(context: Context, user: string, body: ChangeUserRequest): Promise<void> {
  const { client, output, change: send } = context;
  const { id: userId } = await getUser(client, user);
  await print(output, await send(async (headers) => changeUser({ client, headers, path: { userId }, body })));
}

async function fieldsOf({ client }: Context, { role, email, subject, vdc }: UserOptions) {
  return {
    ...(role === undefined ? {} : { roles: role }),
    ...(email === undefined ? {} : { email }),
    ...(subject === undefined ? {} : { subject }),
    ...(vdc === undefined
      ? {}
      : { vdcIds: await Promise.all(vdc.map(async (each) => getVdcId(client, each))) }),
  };
}

async function print(output: Output, user: UserView): Promise<void> {
  await output.result(user, () => {
    const { name, roles, state, email, subject, vdcIds, organizationId, createdAt, id } = user;
    const facts = { name, roles: roles.join(' '), state, email, subject, vdcs: vdcIds?.join(' ') ?? '(all)' };
    const rest = { organization: organizationId ?? '(provider)', created: instant(createdAt), id };
    return renderFacts({ ...facts, ...rest }, output.colors);
  });
}
