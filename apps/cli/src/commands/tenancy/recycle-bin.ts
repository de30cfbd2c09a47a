import { getRecycleBin, setRecycleBin } from '@openvsys/api-client';
import { InvalidArgumentError, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVdcId } from '../../api/find-place.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts } from '../../output/render.js';

const HELP = `
In the bin a system is stopped; its disks and addresses are kept and charged. What is in it: \`vsysctl vsys list --binned\`.

Examples:
  $ vsysctl vdcs recycle-bin main
  $ vsysctl vdcs recycle-bin main --hours 72`;

export function registerRecycleBin(vdcs: Command, shell: Shell): void {
  vdcs
    .command('recycle-bin')
    .description('Shows or sets how long deleted systems of a VDC can be restored.')
    .argument('<vdc>', 'name or id')
    .option('--hours <hours>', '0: they are deleted at once', wholeHours)
    .addHelpText('after', HELP)
    .action(shell.connected(recycleBin));
}

async function recycleBin(
  { client, output, change }: Context,
  vdc: string,
  { hours }: { readonly hours?: number },
): Promise<void> {
  const path = { vdcId: await getVdcId(client, vdc) };
  const bin =
    hours === undefined
      ? await answerOf(getRecycleBin({ client, path }))
      : await change(async (headers) =>
          setRecycleBin({ client, headers, path, body: { retentionHours: hours } }),
        );
  await output.result(bin, () =>
    renderFacts({ vdc: bin.vdcId, 'retention hours': bin.retentionHours }, output.colors),
  );
}

function wholeHours(text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('It has to be a whole number of hours.');
}
