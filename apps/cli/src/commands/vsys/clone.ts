import { cloneVsys } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVdcId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { requireAccepted } from './create.js';
import { failureOption, type FailureOptions } from './failure-option.js';
import { VSYS_ARGUMENT } from './show.js';

const HELP = `
The same descriptor, parameters and inner addresses; ids, MACs, VLANs and public addresses are its own. Disks are fresh: what
is on those of the source is not copied.

Examples:
  $ vsysctl vsys clone shop --name shop-test
  $ vsysctl vsys clone shop --name shop --vdc testing`;

interface Options extends WaitOptions, FailureOptions {
  readonly name: string;
  readonly vdc?: string;
}

export function registerCloneVsys(vsys: Command, shell: Shell): void {
  const command = vsys
    .command('clone')
    .description('Makes a system like another one, with fresh disks.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'name, unique among the living systems of the VDC')
    .option('--vdc <vdc>', 'name or id of its VDC (default: that of the source)')
    .addOption(failureOption());
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(clone));
}

async function clone(context: Context, idOrName: string, options: Options): Promise<ExitCode> {
  const { client, change } = context;
  const { name, vdc, onFailure } = options;
  const path = { vsysId: await getVsysId(client, idOrName) };
  const place = vdc === undefined ? {} : { vdcId: await getVdcId(client, vdc) };
  const body = { name, ...place, contents: 'fresh', onFailure } as const;
  const accepted = await change(async (headers) => cloneVsys({ client, headers, path, body }));
  return finishAccepted(context, requireAccepted(accepted), options);
}
