/** `vsysctl images share …`: images of one organization for another one. */
import {
  acceptImage,
  createImageShareKey,
  endImageShares,
  giveUpImage,
  listImageShares,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { positiveWhole } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts } from '../../output/render.js';
import { examples } from '../examples.js';
import { printImage } from './image-table.js';

export function registerSharing(images: Command, shell: Shell): void {
  images
    .command('share')
    .description('Makes a key with which another organization can use all versions of an image.')
    .argument('<image>', 'name')
    .option('--days <days>', 'days that the key can be used', positiveWhole, 7)
    .addHelpText('after', examples('images share web-base --days 2'))
    .action(shell.connected(share));
  images
    .command('shares')
    .description('Shows with whom an image is shared.')
    .argument('<image>', 'name')
    .addHelpText('after', examples('images shares web-base'))
    .action(shell.connected(shares));
  images
    .command('unshare')
    .description('Shares an image no longer: keys end, and nobody else makes new servers of it.')
    .argument('<image>', 'name')
    .addHelpText('after', examples('images unshare web-base'))
    .action(
      shell.connected(async ({ client, change, output }, imageName: string) => {
        await change(async (headers) => endImageShares({ client, headers, path: { imageName } }));
        output.note(`${imageName} is shared no longer`);
      }),
    );
  registerUse(images, shell);
}

/** What the other organization does. */
function registerUse(images: Command, shell: Shell): void {
  images
    .command('accept')
    .description('Takes an image of another organization into use.')
    .argument('<key>', 'that its owner gave you')
    .option('--as <name>', 'what you want to call it')
    .addHelpText('after', examples('images accept ovi_… --as partner-base'))
    .action(shell.connected(accept));
  images
    .command('give-up')
    .description('Gives up an image of another organization; servers that you made of it stay.')
    .argument('<image>', 'name')
    .addHelpText('after', examples('images give-up partner-base'))
    .action(
      shell.connected(async ({ client, change, output }, imageName: string) => {
        await change(async (headers) => giveUpImage({ client, headers, path: { imageName } }));
        output.note(`${imageName} is given up`);
      }),
    );
}

async function share(
  { client, output }: Context,
  imageName: string,
  { days }: { days: number },
): Promise<void> {
  const key = await answerOf(createImageShareKey({ client, path: { imageName }, body: { days } }));
  await output.result(key, () =>
    renderFacts({ key: key.key, 'expires at': instant(key.expiresAt) }, output.colors),
  );
}

async function shares({ client, output }: Context, imageName: string): Promise<void> {
  const found = await answerOf(listImageShares({ client, path: { imageName } }));
  const users = found.grants.map(({ organizationName }) => organizationName).join(', ');
  await output.result(found, () =>
    renderFacts({ 'keys that can be used': found.keys.length, 'used by': users || 'nobody' }, output.colors),
  );
}

async function accept(context: Context, key: string, options: { readonly as?: string }): Promise<void> {
  const { client, change } = context;
  const body = { key, ...(options.as === undefined ? {} : { name: options.as }) };
  await printImage(context, await change(async (headers) => acceptImage({ client, headers, body })));
}
