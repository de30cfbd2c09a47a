import { planChange, planVsys, type PlanView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVdcId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import {
  addDesignOptions,
  DESIGN_HELP,
  readDesign,
  readNewDesign,
  type DesignOptions,
} from './design-options.js';
import { isAcceptable, renderPlan } from './render-plan.js';

const HELP = `
Without a VSYS: what creating a new one would do. With one: what changing it would do; what is not given stays as it is.
Nothing is stored or reserved. The exit code is 5 when limits or capacity would refuse it now.

  +  added      ~  changed in place      ±  replaced      -  removed      (restart)  has to be stopped and started
${DESIGN_HELP}

Examples:
  $ vsysctl vsys plan --descriptor three-tier -p webCount=3
  $ vsysctl vsys plan -f shop.yaml --vdc main -o json
  $ vsysctl vsys plan shop -p webCount=5             # a change of the system “shop”`;

/** Stands in for the name of a system that nobody wants yet. */
const PLANNED_NAME = 'planned';

interface Options extends DesignOptions {
  readonly vdc?: string;
  readonly name?: string;
}

export function registerPlanVsys(vsys: Command, shell: Shell): void {
  addDesignOptions(vsys.command('plan'))
    .description('Shows what a change would do, cost and need.')
    .argument('[vsys]', 'id or name of the system to change')
    .option('--name <name>', 'name of the system')
    .option('--vdc <vdc>', 'name or id of the VDC of a new system (default: the only one)')
    .addHelpText('after', HELP)
    .action(shell.connected(plan));
}

async function plan(context: Context, vsys: string | undefined, options: Options): Promise<ExitCode> {
  const { output } = context;
  const answer = await (vsys === undefined ? planNew(context, options) : planOf(context, vsys, options));
  await output.result(answer, () => renderPlan(answer, output.colors));
  return isAcceptable(answer) ? EXIT.done : EXIT.refused;
}

async function planNew({ client, io }: Context, options: Options): Promise<PlanView> {
  const { name = PLANNED_NAME, vdc } = options;
  const design = await readNewDesign(io, options);
  const body = { ...design, name, vdcId: await getVdcId(client, vdc) };
  return answerOf(planVsys({ client, body }));
}

async function planOf({ client, io }: Context, vsys: string, options: Options): Promise<PlanView> {
  const { name } = options;
  const design = await readDesign(io, options);
  const body = { ...design, ...(name === undefined ? {} : { name }) };
  return answerOf(planChange({ client, path: { vsysId: await getVsysId(client, vsys) }, body }));
}
