import { changeVsys, planChange } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import type { ConfirmOptions } from '../confirm.js';
import { confirmPlan } from './confirm-plan.js';
import { requireAccepted } from './create.js';
import { addDesignOptions, DESIGN_HELP, readDesign, type DesignOptions } from './design-options.js';
import { failureOption, type FailureOptions } from './failure-option.js';
import { VSYS_ARGUMENT } from './show.js';

const HELP = `
What is not given stays as it is. Parts that stay keep their ids, addresses and disks. On a terminal the plan is shown and
has to be confirmed; elsewhere --yes is needed when parts would be removed, replaced or restarted. When somebody else
changes the system between plan and change, the change is refused.
${DESIGN_HELP}
A value of null goes back to the default of the parameter.

Examples:
  $ vsysctl vsys change shop -p webCount=5
  $ vsysctl vsys change shop --descriptor three-tier@1.1.0 --yes
  $ vsysctl vsys change shop --name store`;

interface Options extends DesignOptions, FailureOptions, WaitOptions, ConfirmOptions {
  readonly name?: string;
}

export function registerChangeVsys(vsys: Command, shell: Shell): void {
  const command = addDesignOptions(vsys.command('change'))
    .description('Changes a system: other parameters, another descriptor version, another name.')
    .argument(...VSYS_ARGUMENT)
    .option('--name <name>', 'new name')
    .addOption(failureOption())
    .option('-y, --yes', 'do not ask');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(change));
}

async function change(context: Context, idOrName: string, options: Options): Promise<ExitCode> {
  const { client, io } = context;
  const { name, onFailure } = options;
  const path = { vsysId: await getVsysId(client, idOrName) };
  const design = await readDesign(io, options);
  const body = { ...design, ...(name === undefined ? {} : { name }), onFailure };
  const plan = await answerOf(planChange({ client, path, body }));
  await confirmPlan(context, plan, options);
  const answer = await context.change(async (headers) =>
    changeVsys({ client, path, body, headers: { ...headers, 'If-Match': `"${plan.basedOnGeneration}"` } }),
  );
  return finishAccepted(context, requireAccepted(answer), options);
}
