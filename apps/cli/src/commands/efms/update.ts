/** Appliances of EFMs made anew from the newest image. */
import { listEfmUpdates, updateEfm, type EfmUpdateView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { instant } from '../../output/amounts.js';
import { renderTable, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { EFM_ARGUMENT, getEfmId } from './efm-argument.js';

const COLUMNS: readonly Column<EfmUpdateView>[] = [
  { title: 'efm', value: ({ efm }) => efm },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'appliance', value: ({ position, appliances }) => `${position + 1} of ${appliances.length}` },
  { title: 'image', value: ({ image }) => image },
  { title: 'begun', value: ({ createdAt }) => instant(createdAt) },
  { title: 'ended', value: ({ endedAt }) => (endedAt === null ? null : instant(endedAt)) },
  { title: 'reason', value: ({ reason }) => reason },
];

interface UpdateOptions extends PartOptions {
  readonly acceptInterruption?: true;
}

export function registerEfmUpdates(efms: Command, shell: Shell): void {
  const command = efms
    .command('update')
    .description(
      'Makes the appliances of an EFM anew from the newest image. Of a pair one always serves; the second one follows by itself.',
    )
    .argument(...EFM_ARGUMENT)
    .option('--accept-interruption', 'of a single appliance: nothing passes it meanwhile');
  addPartOptions(command)
    .addHelpText(
      'after',
      examples('efms update shop/fw --dry-run', 'efms update shop/fw --accept-interruption --wait'),
    )
    .action(shell.connected(update));
  efms
    .command('updates')
    .description('Lists the last updates of an EFM and how far they are.')
    .argument(...EFM_ARGUMENT)
    .addHelpText('after', examples('efms updates shop/fw'))
    .action(shell.connected(list));
}

async function update(context: Context, efm: string, options: UpdateOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getEfmId(client, efm) };
  const body = options.acceptInterruption === true ? { acceptInterruption: true } : {};
  return changePart(context, options, async (request) => updateEfm({ client, path, body, ...request }));
}

async function list({ client, output }: Context, efm: string): Promise<void> {
  const { items } = await answerOf(
    listEfmUpdates({ client, path: { vserverId: await getEfmId(client, efm) } }),
  );
  await output.result(items, () => renderTable(items, COLUMNS, { colors: output.colors }));
}
