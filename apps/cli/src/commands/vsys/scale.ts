import { scaleRole } from '@openvsys/api-client';
import { InvalidArgumentError, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import type { ConfirmOptions } from '../confirm.js';
import { confirmPlan, requirePlan } from './confirm-plan.js';
import { requireAccepted } from './create.js';
import { VSYS_ARGUMENT } from './show.js';

const HELP = `
When the descriptor takes the count from a parameter, that parameter changes; else the system gets a descriptor of its own.
The servers with the highest numbers go, with their system disks: elsewhere than on a terminal that needs --yes.

Examples:
  $ vsysctl vsys scale shop web 5
  $ vsysctl vsys scale shop web 2 --yes`;

interface Options extends WaitOptions, ConfirmOptions {}

export function registerScaleRole(vsys: Command, shell: Shell): void {
  const command = vsys
    .command('scale')
    .description('Changes how many servers of a role a system has.')
    .argument(...VSYS_ARGUMENT)
    .argument('<role>', 'name of the role in the descriptor')
    .argument('<count>', 'how many servers there are to be', count)
    .option('-y, --yes', 'do not ask');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(scale));
}

async function scale(
  context: Context,
  idOrName: string,
  roleName: string,
  wanted: number,
  options: Options,
): Promise<ExitCode> {
  const { client } = context;
  const path = { vsysId: await getVsysId(client, idOrName), roleName };
  const body = { count: wanted };
  const plan = requirePlan(await answerOf(scaleRole({ client, path, body, query: { dryRun: true } })));
  await confirmPlan(context, plan, options);
  const answer = await context.change(async (headers) =>
    scaleRole({ client, path, body, headers: { ...headers, 'If-Match': `"${plan.basedOnGeneration}"` } }),
  );
  return finishAccepted(context, requireAccepted(answer), options);
}

function count(text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It has to be a whole number.');
}
