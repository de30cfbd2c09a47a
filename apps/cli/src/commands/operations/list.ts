import { listOperations, type OperationState, type OperationView } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { parseSeconds } from '../duration.js';
import { addListOptions } from '../list-options.js';

const STATES = [
  'queued',
  'running',
  'rolling-back',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly OperationState[];

const COLUMNS: readonly Column<OperationView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'vsys', value: ({ vsysId }) => vsysId },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'steps', value: ({ stepsDone, stepsTotal }) => `${stepsDone}/${stepsTotal}`, style: 'number' },
  { title: 'asked', value: ({ createdAt }) => instant(createdAt) },
  { title: 'ended', value: ({ finishedAt }) => instant(finishedAt) },
  { title: 'error', value: ({ error }) => error?.message },
];

/** A slow clone of a large disk takes less. */
const STUCK_SECONDS = 900;

const HELP = `
Examples:
  $ vsysctl operations list --vsys shop
  $ vsysctl operations list --state failed --limit 5
  $ vsysctl operations list --stuck        # not got on for 15 minutes
  $ vsysctl operations list --stuck 2h     # then see why, with \`operations show\`, and resume or cancel`;

interface Options extends ListOptions {
  readonly vsys?: string;
  readonly state?: OperationState;
  readonly stuck?: true | number;
}

export function registerListOperations(operations: Command, shell: Shell): void {
  addListOptions(operations.command('list'))
    .description('Lists operations, newest first.')
    .option('--vsys <vsys>', 'only of this VSYS, by id or name')
    .addOption(new Option('--state <state>', 'only in this state').choices(STATES))
    .addOption(
      new Option('--stuck [time]', 'only those that go on and have not got on for so long (default: 15m)')
        .argParser(parseSeconds)
        .conflicts('state'),
    )
    .addHelpText('after', HELP)
    .action(shell.connected(list));
}

async function list({ client, output }: Context, { vsys, state, stuck, ...options }: Options): Promise<void> {
  const filter = {
    ...(vsys === undefined ? {} : { vsys: await getVsysId(client, vsys) }),
    ...(state === undefined ? {} : { state }),
    ...(stuck === undefined ? {} : { stuckForSeconds: stuck === true ? STUCK_SECONDS : stuck }),
  };
  const pages = pagesOf(
    async (page) => answerOf(listOperations({ client, query: { ...filter, ...page } })),
    options,
  );
  await output.list(pages, COLUMNS);
}
