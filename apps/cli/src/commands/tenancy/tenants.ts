import {
  createOrganization,
  getOrganization,
  listOrganizations,
  type OrganizationView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId } from '../../api/find-place.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts, type Column } from '../../output/render.js';
import type { Output } from '../../output/output.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { registerStanding } from './standing.js';

const COLUMNS: readonly Column<OrganizationView>[] = [
  { title: 'contract', value: ({ contract }) => contract },
  { title: 'name', value: ({ name }) => name },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'time zone', value: ({ timeZone }) => timeZone },
  { title: 'currency', value: ({ currency }) => currency },
  { title: 'id', value: ({ id }) => id },
];

const CREATE_HELP = `
For the provider. A new tenant has no limits until quotas are set, and nobody can act for it until it has a token.

Examples:
  $ vsysctl tenants create ACME0001 --name "ACME Ltd" --time-zone Europe/Berlin
  $ vsysctl quotas set --scope organization:ACME0001 vservers=50 vcpus=100
  $ vsysctl vdcs create main --organization ACME0001
  $ vsysctl tokens create --name admin --role org-admin --organization ACME0001`;

interface CreateOptions {
  readonly name: string;
  readonly timeZone?: string;
  readonly currency?: string;
}

export function registerTenants(program: Command, shell: Shell): void {
  const tenants = program
    .command('tenants')
    .summary('list, show, create, suspend and close tenants (organizations)')
    .description('Tenants: organizations with a contract, systems, limits and a bill.');
  addListOptions(tenants.command('list'))
    .description('Lists all tenants for the provider, the own one for everybody else.')
    .addHelpText('after', examples('tenants list', 'tenants list --all -o json'))
    .action(shell.connected(list));
  tenants
    .command('show')
    .description('Shows a tenant.')
    .argument('<tenant>', 'contract or id')
    .addHelpText('after', examples('tenants show ACME0001'))
    .action(shell.connected(show));
  tenants
    .command('create')
    .description('Creates a tenant.')
    .argument('<contract>', '8 characters A-Z and 0-9: the first part of the ids of its systems')
    .requiredOption('--name <name>', 'name of the tenant')
    .option('--time-zone <zone>', 'IANA time zone that groups usage into days (default: UTC)')
    .option('--currency <code>', 'ISO 4217 currency of its prices (default: EUR)')
    .addHelpText('after', CREATE_HELP)
    .action(shell.connected(create));
  registerStanding(tenants, shell);
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  const pages = pagesOf(async (query) => answerOf(listOrganizations({ client, query })), options);
  await output.list(pages, COLUMNS);
}

async function show({ client, output }: Context, tenant: string): Promise<void> {
  const organizationId = await getOrganizationId(client, tenant);
  await print(output, await answerOf(getOrganization({ client, path: { organizationId } })));
}

async function create(
  { client, output, change }: Context,
  contract: string,
  { name, timeZone, currency }: CreateOptions,
): Promise<void> {
  const body = {
    contract,
    name,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(currency === undefined ? {} : { currency }),
  };
  await print(output, await change(async (headers) => createOrganization({ client, headers, body })));
}

async function print(output: Output, organization: OrganizationView): Promise<void> {
  await output.result(organization, () => {
    const { contract, name, state, currency, id } = organization;
    return renderFacts(
      { contract, name, state, 'time zone': organization.timeZone, currency, id },
      output.colors,
    );
  });
}
