import { createVsys, type AcceptedView, type PlanView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVdcId } from '../../api/find-place.js';
import { CliError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { addDesignOptions, DESIGN_HELP, readNewDesign, type DesignOptions } from './design-options.js';
import { failureOption, type FailureOptions } from './failure-option.js';

const HELP = `
The server checks, prices and reserves everything at once and answers with the final ids of all parts; then the work
begins. After an error nothing is stored or reserved.
${DESIGN_HELP}

Examples:
  $ vsysctl vsys create --descriptor three-tier --name shop
  $ vsysctl vsys create --descriptor three-tier@1.0.0 -p webCount=3 -p webType=standard.medium --name shop --vdc main
  $ vsysctl vsys create -f shop.yaml --name shop --on-failure keep
  $ vsysctl vsys create -f shop.yaml --name shop --no-wait -o json | jq -r .operation.id`;

interface Options extends DesignOptions, FailureOptions, WaitOptions {
  readonly name: string;
  readonly vdc?: string;
}

export function registerCreateVsys(vsys: Command, shell: Shell): void {
  const command = addDesignOptions(vsys.command('create'))
    .description('Creates a system from a descriptor.')
    .requiredOption('--name <name>', 'name, unique among the living systems of the VDC')
    .option('--vdc <vdc>', 'name or id of the VDC (default: the only one)')
    .addOption(failureOption());
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(create));
}

async function create(context: Context, options: Options): Promise<ExitCode> {
  const { client, io, change, output } = context;
  const { name, vdc, onFailure } = options;
  const design = await readNewDesign(io, options);
  const body = { ...design, name, vdcId: await getVdcId(client, vdc), onFailure };
  const accepted = requireAccepted(await change(async (headers) => createVsys({ client, headers, body })));
  output.note(`VSYS ${accepted.vsysId} is accepted with ${accepted.parts.length} parts.`);
  return finishAccepted(context, accepted, options);
}

/** The API answers a plan only when it is asked for a dry run, which these commands never do. */
export function requireAccepted(answer: AcceptedView | PlanView): AcceptedView {
  if ('operation' in answer) return answer;
  throw new CliError('The server answered a plan to a change.', EXIT.defect);
}
