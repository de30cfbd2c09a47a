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
The same descriptor, parameters and inner addresses; ids, MACs, VLANs and public addresses are its own. Disks are fresh
unless --copy is given: of a stopped system as they are, of a running one as a --snapshot of all its servers has them.

Examples:
  $ vsysctl vsys clone shop --name shop-test
  $ vsysctl vsys clone shop --name shop --vdc testing
  $ vsysctl vsys clone shop --name shop-copy --copy --snapshot DEMO0001-7K2M9QXPA-X-0001`;

interface Options extends WaitOptions, FailureOptions {
  readonly name: string;
  readonly vdc?: string;
  readonly copy?: true;
  readonly snapshot?: string;
}

export function registerCloneVsys(vsys: Command, shell: Shell): void {
  const command = vsys
    .command('clone')
    .description('Makes a system like another one.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--name <name>', 'name, unique among the living systems of the VDC')
    .option('--vdc <vdc>', 'name or id of its VDC (default: that of the source)')
    .option('--copy', 'with what is on the disks of the source')
    .option('--snapshot <snapshot>', 'with --copy: as this snapshot has it')
    .addOption(failureOption());
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(clone));
}

async function clone(context: Context, idOrName: string, options: Options): Promise<ExitCode> {
  const { client, change } = context;
  const { name, vdc, onFailure, snapshot } = options;
  const path = { vsysId: await getVsysId(client, idOrName) };
  const place = vdc === undefined ? {} : { vdcId: await getVdcId(client, vdc) };
  const from = snapshot === undefined ? {} : { snapshotId: snapshot };
  const contents = options.copy === true ? 'copy' : 'fresh';
  const body = { name, ...place, contents, ...from, onFailure } as const;
  const accepted = await change(async (headers) => cloneVsys({ client, headers, path, body }));
  return finishAccepted(context, requireAccepted(accepted), options);
}
