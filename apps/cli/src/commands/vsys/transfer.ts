import { transferVsys } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVdcId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts } from '../../output/render.js';
import { VSYS_ARGUMENT } from './show.js';

const HELP = `
At once, while it runs, with all its ids: only its quota use and its costs go to the other VDC, which has to be of the same
organization and zone.

Examples:
  $ vsysctl vsys transfer shop --to production`;

export function registerTransferVsys(vsys: Command, shell: Shell): void {
  vsys
    .command('transfer')
    .description('Moves a system to another VDC.')
    .argument(...VSYS_ARGUMENT)
    .requiredOption('--to <vdc>', 'name or id of the VDC')
    .addHelpText('after', HELP)
    .action(shell.connected(transfer));
}

async function transfer(
  { client, output, change }: Context,
  idOrName: string,
  { to }: { readonly to: string },
): Promise<void> {
  const path = { vsysId: await getVsysId(client, idOrName) };
  const body = { vdcId: await getVdcId(client, to) };
  const moved = await change(async (headers) => transferVsys({ client, headers, path, body }));
  const facts = {
    vsys: moved.vsysId,
    from: moved.fromVdcId,
    to: moved.vdcId,
    'paid there from': instant(moved.at),
  };
  await output.result(moved, () => renderFacts(facts, output.colors));
}
