import {
  addBackupPolicy,
  listBackupPolicies,
  removeBackupPolicy,
  type BackupPolicyView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts, type Column } from '../../output/render.js';
import { VSYS_ARGUMENT } from '../vsys/show.js';

const COLUMNS: readonly Column<BackupPolicyView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
  { title: 'disks', value: ({ sources }) => sources.join(' ') || 'all' },
  { title: 'cron', value: ({ cron }) => cron },
  { title: 'zone', value: ({ timeZone }) => timeZone },
  { title: 'keeps', value: ({ keep }) => keepText(keep) },
  { title: 'next', value: ({ nextAt }) => (nextAt === null ? null : instant(nextAt)) },
  { title: 'last', value: ({ lastRun }) => lastRun?.outcome ?? null, style: 'state' },
  { title: 'reason', value: ({ lastRun }) => lastRun?.reason ?? null },
];

const keepText = (keep: BackupPolicyView['keep']): string =>
  Object.entries(keep)
    .map(([rule, count]) => `${rule} ${String(count)}`)
    .join(', ');

const LIST_HELP = `
Examples:
  $ vsysctl backups policies shop`;
const ADD_HELP = `
Of each disk those back-ups stay that one of the --keep rules wants: the last so many, or the latest of each of the last so
many days, weeks or months that have one. The others are deleted.

Examples:
  $ vsysctl backups add-policy shop --name nightly --cron '30 2 * * *' --zone Europe/Berlin --keep daily=7 --keep weekly=4
  $ vsysctl backups add-policy shop --name hourly --cron '0 * * * *' --zone UTC --keep last=24 --disk db-data`;
const REMOVE_HELP = `
Its back-ups stay.

Examples:
  $ vsysctl backups remove-policy shop 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11`;

interface Options {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly keep: readonly string[];
  readonly disk: readonly string[];
}

const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function registerPolicies(backups: Command, shell: Shell): void {
  backups
    .command('policies')
    .description('Lists the back-up policies of a system.')
    .argument(...VSYS_ARGUMENT)
    .addHelpText('after', LIST_HELP)
    .action(shell.connected(list));
  backups
    .command('add-policy')
    .description('Lets disks of a system be backed up by themselves.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'for people')
    .requiredOption('--cron <expression>', 'minute, hour, day of month, month, day of week')
    .requiredOption('--zone <zone>', 'IANA time zone')
    .requiredOption('--keep <rule=count>', 'last, daily, weekly or monthly; may be repeated', collected, [])
    .option('--disk <name>', 'only this disk or server; may be repeated', collected, [])
    .addHelpText('after', ADD_HELP)
    .action(shell.connected(add));
  backups
    .command('remove-policy')
    .description('Ends a back-up policy.')
    .argument(...VSYS_ARGUMENT)
    .argument('<policy>', 'id, see `vsysctl backups policies <vsys>`')
    .addHelpText('after', REMOVE_HELP)
    .action(shell.connected(remove));
}

async function list({ client, output }: Context, idOrName: string): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName) };
  // The API answers all at once: a system has few.
  const pages = (async function* () {
    yield await answerOf(listBackupPolicies({ client, path }));
  })();
  await output.list(pages, COLUMNS);
}

async function add({ client, output, change }: Context, idOrName: string, options: Options): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName) };
  const { name, cron, zone: timeZone, disk: sources } = options;
  const body = { name, cron, timeZone, keep: keepOf(options.keep), sources: [...sources] };
  const policy = await change(async (headers) => addBackupPolicy({ client, path, body, headers }));
  const next = policy.nextAt === null ? 'never' : instant(policy.nextAt);
  const facts = { id: policy.id, name, cron, timeZone, keeps: keepText(policy.keep), next };
  await output.result(policy, () => renderFacts(facts, output.colors));
}

async function remove(
  { client, output, change }: Context,
  idOrName: string,
  policyId: string,
): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName), policyId };
  await change(async (headers) => removeBackupPolicy({ client, path, headers }));
  output.note('The policy is removed; its back-ups stay.');
}

const RULE = /^(last|daily|weekly|monthly)=(\d{1,3})$/;

/** Throws a usage error for a text that is no rule. */
function keepOf(rules: readonly string[]): BackupPolicyView['keep'] {
  return Object.fromEntries(
    rules.map((rule) => {
      const [, name, count] = RULE.exec(rule) ?? [];
      if (name === undefined)
        throw usageError(`“${rule}” is not a rule.`, 'Write e.g. --keep last=3 or --keep weekly=4.');
      return [name, Number(count)];
    }),
  );
}
