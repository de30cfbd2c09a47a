/** Office hours of systems. */
import { addSchedule, listSchedules, removeSchedule, type ScheduleView } from '@openvsys/api-client';
import { Argument, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts, type Column } from '../../output/render.js';
import { VSYS_ARGUMENT } from './show.js';

const COLUMNS: readonly Column<ScheduleView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'verb', value: ({ verb }) => verb },
  { title: 'cron', value: ({ cron }) => cron },
  { title: 'time zone', value: ({ timeZone }) => timeZone },
  { title: 'next', value: ({ nextAt }) => nextAt && instant(nextAt) },
  { title: 'last', value: ({ lastRun }) => lastRun && `${lastRun.outcome} ${instant(lastRun.dueAt)}` },
];

const LIST_HELP = `
Examples:
  $ vsysctl vsys schedules list shop`;
const ADD_HELP = `
The expression has five fields: minute, hour, day of month, month, day of week.

Examples:
  $ vsysctl vsys schedules add shop start "0 8 * * MON-FRI" --time-zone Europe/Berlin
  $ vsysctl vsys schedules add shop stop "0 18 * * *"`;
const REMOVE_HELP = `
Examples:
  $ vsysctl vsys schedules remove shop 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11`;

export function registerSchedules(vsys: Command, shell: Shell): void {
  const schedules = vsys.command('schedules').description('When a system is started and stopped by itself.');
  schedules
    .command('list')
    .description('Lists the schedules of a system with their next and last due times.')
    .argument(...VSYS_ARGUMENT)
    .addHelpText('after', LIST_HELP)
    .action(shell.connected(list));
  schedules
    .command('add')
    .description('Starts or stops a system by itself at each due time.')
    .argument(...VSYS_ARGUMENT)
    .addArgument(new Argument('<verb>', 'what is done').choices(['start', 'stop']))
    .argument('<cron>', 'when')
    .option('--time-zone <zone>', 'IANA time zone', 'UTC')
    .addHelpText('after', ADD_HELP)
    .action(shell.connected(add));
  schedules
    .command('remove')
    .description('Removes a schedule.')
    .argument(...VSYS_ARGUMENT)
    .argument('<schedule>', 'its id')
    .addHelpText('after', REMOVE_HELP)
    .action(shell.connected(remove));
}

async function list({ client, output }: Context, idOrName: string): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName) };
  // The API answers all at once: a system has few.
  const pages = (async function* () {
    yield await answerOf(listSchedules({ client, path }));
  })();
  await output.list(pages, COLUMNS);
}

async function add(
  { client, output, change }: Context,
  idOrName: string,
  verb: 'start' | 'stop',
  cron: string,
  { timeZone }: { readonly timeZone: string },
): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName) };
  const body = { verb, cron, timeZone };
  const added = await change(async (headers) => addSchedule({ client, headers, path, body }));
  const next = added.nextAt === null ? 'never' : instant(added.nextAt);
  await output.result(added, () => renderFacts({ id: added.id, verb, cron, timeZone, next }, output.colors));
}

async function remove(
  { client, output, change }: Context,
  idOrName: string,
  scheduleId: string,
): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName), scheduleId };
  await change(async (headers) => removeSchedule({ client, headers, path }));
  output.note('The schedule is removed.');
}
