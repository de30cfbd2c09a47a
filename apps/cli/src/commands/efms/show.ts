/** Looking at EFMs: which there are, what is wanted of them, what they say. */
import {
  getEfmConfiguration,
  getEfmCounters,
  listEfmCertificates,
  listEfmLogs,
  listEfmRules,
  listEfms,
  listEfmVersions,
  type EfmCertificateView,
  type EfmCounterView,
  type EfmLogEntryLineView,
  type EfmRuleView,
  type EfmVersionView,
  type EfmView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import { onePage, pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { EFM_ARGUMENT, getEfmId } from './efm-argument.js';

const outcomeOf = ({ agent, configHash }: EfmView): string =>
  agent === null
    ? 'silent'
    : agent.appliedHash === configHash
      ? 'applied'
      : (agent.outcome?.state ?? 'waiting');

const EFMS: readonly Column<EfmView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'version', value: ({ configVersion }) => configVersion, style: 'number' },
  { title: 'configuration', value: outcomeOf },
  { title: 'role', value: ({ agent }) => agent?.role },
];
const RULES: readonly Column<EfmRuleView>[] = [
  { title: 'position', value: ({ position }) => position, style: 'number' },
  { title: 'id', value: ({ id }) => id },
  { title: 'rule', value: ({ rule }) => stringify(rule, { collectionStyle: 'flow', lineWidth: 0 }).trim() },
  { title: 'packets', value: ({ counter }) => counter && String(counter['packets']), style: 'number' },
];
const VERSIONS: readonly Column<EfmVersionView>[] = [
  { title: 'version', value: ({ version }) => version, style: 'number' },
  { title: 'wanted', value: ({ wanted }) => wanted },
  { title: 'since', value: ({ createdAt }) => createdAt },
  { title: 'by', value: ({ requestedBy }) => requestedBy },
  { title: 'hash', value: ({ hash }) => hash.slice(0, 12) },
];
const CERTIFICATES: readonly Column<EfmCertificateView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'for', value: ({ facts }) => facts?.names.join(' ') },
  { title: 'until', value: ({ facts }) => facts?.validTo.slice(0, 10) },
  { title: 'days', value: ({ facts }) => facts?.daysLeft, style: 'number' },
  { title: 'listeners', value: ({ usedBy }) => usedBy.join(' ') },
];
const LOGS: readonly Column<EfmLogEntryLineView>[] = [
  { title: 'at', value: ({ at }) => at },
  { title: 'source', value: ({ source }) => source },
  { title: 'what', value: ({ entry }) => entry?.kind },
  { title: 'by', value: ({ entry }) => entry?.pointer },
  { title: 'line', value: ({ text }) => text },
];
const COUNTERS: readonly Column<EfmCounterView>[] = [
  { title: 'what', value: ({ title }) => title },
  { title: 'place', value: ({ pointer }) => pointer },
  {
    title: 'figures',
    value: ({ values }) =>
      Object.entries(values)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', '),
  },
];

export function registerEfmLists(efms: Command, shell: Shell): void {
  addListOptions(efms.command('list'))
    .description('Lists firewalls, load balancers and VPNs, and whether what is wanted of them runs.')
    .option('--vsys <vsys>', 'only of this VSYS, by id or name')
    .addHelpText('after', '\nExamples:\n  $ vsysctl efms list --vsys shop')
    .action(shell.connected(list));
  efms
    .command('config')
    .description(
      'Prints the configuration, ready to be changed and given to `efms apply`; keys are left out.',
    )
    .argument(...EFM_ARGUMENT)
    .addHelpText('after', '\nExamples:\n  $ vsysctl efms config shop/fw > fw.yaml')
    .action(shell.connected(config));
  registerPlainLists(efms, shell);
  addListOptions(efms.command('versions'))
    .description('Lists the configurations that an EFM had; each can be had back with `efms restore`.')
    .argument(...EFM_ARGUMENT)
    .addHelpText('after', examples('efms versions shop/fw'))
    .action(shell.connected(versions));
  addListOptions(efms.command('logs'))
    .description('Reads the log of an EFM, newest first.')
    .argument(...EFM_ARGUMENT)
    .option('--source <source>', 'only of this writer: kernel, haproxy, dnsmasq, agent …')
    .option('--contains <text>', 'only lines that hold this text')
    .addHelpText('after', '\nExamples:\n  $ vsysctl efms logs shop/fw --source kernel --contains DPT=443')
    .action(shell.connected(logs));
}

function registerPlainLists(efms: Command, shell: Shell): void {
  efms
    .command('rules')
    .description('Lists the rules of a firewall with the ids that they are changed by.')
    .argument(...EFM_ARGUMENT)
    .addHelpText('after', examples('efms rules shop/fw'))
    .action(
      shell.connected(async ({ client, output }, efm: string) => {
        const path = { vserverId: await getEfmId(client, efm) };
        await output.list(onePage(pageOf(answerOf(listEfmRules({ client, path })))), RULES);
      }),
    );
  efms
    .command('certificates')
    .description('Lists the certificates of a load balancer; keys are never shown.')
    .argument(...EFM_ARGUMENT)
    .addHelpText('after', examples('efms certificates shop/lb'))
    .action(
      shell.connected(async ({ client, output }, efm: string) => {
        const path = { vserverId: await getEfmId(client, efm) };
        await output.list(onePage(pageOf(answerOf(listEfmCertificates({ client, path })))), CERTIFICATES);
      }),
    );
  efms
    .command('counters')
    .description('Shows what rules, listeners, members and peers have counted.')
    .argument(...EFM_ARGUMENT)
    .addHelpText('after', examples('efms counters shop/lb'))
    .action(
      shell.connected(async ({ client, output }, efm: string) => {
        const path = { vserverId: await getEfmId(client, efm) };
        await output.list(onePage(pageOf(answerOf(getEfmCounters({ client, path })))), COUNTERS);
      }),
    );
}

const pageOf = async <Answer extends object>(answer: Promise<Answer>) => ({
  nextCursor: null,
  ...(await answer),
});

async function list({ client, output }: Context, { vsys, ...options }: ListOptions & { vsys?: string }) {
  const filter = vsys === undefined ? {} : { vsys: await getVsysId(client, vsys) };
  const pages = pagesOf(
    async (page) => answerOf(listEfms({ client, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, EFMS);
}

async function config({ client, output }: Context, efm: string): Promise<void> {
  const path = { vserverId: await getEfmId(client, efm) };
  const answer = await answerOf(getEfmConfiguration({ client, path }));
  await output.result(answer, () => stringify(answer.config).trimEnd());
}

async function versions({ client, output }: Context, efm: string, options: ListOptions): Promise<void> {
  const path = { vserverId: await getEfmId(client, efm) };
  const pages = pagesOf(async (query) => answerOf(listEfmVersions({ client, path, query })), options);
  await output.list(pages, VERSIONS);
}

interface LogOptions extends ListOptions {
  readonly source?: string;
  readonly contains?: string;
}

async function logs({ client, output }: Context, efm: string, options: LogOptions): Promise<void> {
  const { source, contains } = options;
  const path = { vserverId: await getEfmId(client, efm) };
  const filter = {
    ...(source === undefined ? {} : { source }),
    ...(contains === undefined ? {} : { contains }),
  };
  const pages = pagesOf(
    async (page) => answerOf(listEfmLogs({ client, path, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, LOGS);
}
