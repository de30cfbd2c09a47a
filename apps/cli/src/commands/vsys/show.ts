import { listOperations, type OperationView, type VsysDetailView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysDetail, getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { isEnded } from '../../live/frames.js';
import { treeOfVsys } from '../../live/vsys-tree.js';
import { watchOperation } from '../../live/watch-operation.js';
import { instant, money } from '../../output/amounts.js';
import type { Colors } from '../../output/colors.js';
import { renderFacts } from '../../output/render.js';
import { renderTree } from '../../output/tree.js';
import { exitOf } from '../accepted.js';

export const VSYS_ARGUMENT = ['<vsys>', 'id or name'] as const;

const HELP = `
--watch follows what is being done to the system: on a terminal the tree is redrawn in place, elsewhere there is one line
for each change. It ends when nothing is being done any more, with the exit code of the last operation.

Examples:
  $ vsysctl vsys show shop
  $ vsysctl vsys show shop --watch
  $ vsysctl vsys show DEMO0001-7K2M9QXPA -o json | jq '.price.perHour'`;

export function registerShowVsys(vsys: Command, shell: Shell): void {
  vsys
    .command('show')
    .description('Shows a system with its parts, their states and its price.')
    .argument(...VSYS_ARGUMENT)
    .option('--watch', 'follow what is being done to it')
    .addHelpText('after', HELP)
    .action(shell.connected(show));
}

async function show(context: Context, idOrName: string, { watch }: { watch?: true }): Promise<ExitCode> {
  const { client, output } = context;
  // Found once: a name may be given to another system while this one is watched.
  const id = await getVsysId(client, idOrName);
  const exitCode = watch === true ? await watchAll(context, id) : EXIT.done;
  const vsys = await getVsysDetail(client, id);
  await output.result(vsys, () => renderVsys(vsys, output.colors));
  return exitCode;
}

async function watchAll(context: Context, vsysId: string): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  for (
    let next = await findActive(context, vsysId);
    next !== undefined;
    next = await findActive(context, vsysId)
  ) {
    exitCode = exitOf(context, await watchOperation(context, next));
  }
  return exitCode;
}

/** The newest operation of the system, as long as it has not ended. */
async function findActive({ client }: Context, vsys: string): Promise<OperationView | undefined> {
  const { items } = await answerOf(listOperations({ client, query: { vsys, limit: 1 } }));
  return items.find(({ state }) => !isEnded(state));
}

export function renderVsys(vsys: VsysDetailView, colors: Colors): string {
  const { descriptor, price, problem } = vsys;
  const facts = renderFacts(
    {
      descriptor:
        descriptor === null ? '(sent with the request)' : `${descriptor.name}@${descriptor.version}`,
      parameters: parametersText(vsys),
      price: `${money(price.perHour)} ${price.currency} an hour, ${money(price.perMonth)} ${price.currency} a month`,
      unpriced: price.unpriced.join(', '),
      generation: `${vsys.generation} wanted, ${vsys.observedGeneration} reached`,
      created: instant(vsys.createdAt),
      changed: instant(vsys.changedAt),
      deleted: instant(vsys.deletedAt),
      problem: problem?.message,
      remedy: problem?.remedy,
    },
    colors,
  );
  return `${renderTree(treeOfVsys(vsys), colors)}\n\n${facts}`;
}

/** Values that are secret come as null. */
function parametersText({ parameters }: VsysDetailView): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${value === null ? '(secret)' : scalarText(value)}`)
    .join(' ');
}

function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
