/** `vsysctl images places …`: where images are, what is being done with them, and their end. */
import {
  cancelImageOperation,
  captureImage,
  evictImage,
  listImageOperations,
  listImagePlaces,
  prefetchImage,
  removeImage,
  type ImagePlaceView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVServerId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import type { Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { getPoolId } from '../pools/find-pool.js';
import { followAll, onePage, OPERATION_COLUMNS } from './follow-image.js';

const PLACES: readonly Column<ImagePlaceView>[] = [
  { title: 'zone', value: ({ zoneName }) => zoneName },
  { title: 'pool', value: ({ poolName, poolId }) => poolName ?? poolId },
  { title: 'storage', value: ({ srName, sr }) => srName ?? sr },
  { title: 'disk GiB', value: ({ systemDiskGiB }) => systemDiskGiB, style: 'number' },
];

interface PlaceOptions {
  readonly pool?: string;
  readonly storage?: string;
}

interface CaptureOptions {
  readonly server: string;
  readonly snapshot?: string;
  readonly title?: string;
}

export function registerPlaces(images: Command, shell: Shell): void {
  images
    .command('capture')
    .description('Makes an image of a stopped server’s system disk, or of a snapshot of it.')
    .argument('<name>', 'name of the image')
    .requiredOption('--server <server>', 'id, or system/server')
    .option('--snapshot <id>', 'snapshot of its system; then the server may run')
    .option('--title <title>', 'title for people; the name when not given')
    .addHelpText('after', examples('images capture web-base --server shop/web-1'))
    .action(shell.connected(capture));
  images
    .command('places')
    .description('Shows where an image is.')
    .argument('<image>', 'name')
    .addHelpText('after', examples('images places web-base'))
    .action(shell.connected(places));
  images
    .command('prefetch')
    .description('Brings an image to every pool that lacks it, or to one pool or storage.')
    .argument('<image>', 'name')
    .option('--pool <pool>', 'only to this pool')
    .option('--storage <uuid>', 'to this storage of the pool')
    .addHelpText('after', examples('images prefetch web-base', 'images prefetch web-base --pool pool-2'))
    .action(shell.connected(prefetch));
  images
    .command('evict')
    .description('For the provider: removes an image from one storage.')
    .argument('<image>', 'name')
    .requiredOption('--pool <pool>', 'pool')
    .requiredOption('--storage <uuid>', 'storage of the pool')
    .addHelpText('after', examples('images evict debian-13 --pool pool-2 --storage 3f2a…'))
    .action(shell.connected(evict));
  registerEnds(images, shell);
}

function registerEnds(images: Command, shell: Shell): void {
  images
    .command('remove')
    .description('Removes an image from everywhere; refused while there are servers that were made of it.')
    .argument('<image>', 'name, or name and version')
    .addHelpText('after', examples('images remove web-base:1'))
    .action(shell.connected(remove));
  addListOptions(images.command('operations'))
    .description('Lists what was done with images, newest first.')
    .addHelpText('after', examples('images operations'))
    .action(
      shell.connected(async ({ client, output }: Context, options: ListOptions) =>
        output.list(
          pagesOf(async (query) => answerOf(listImageOperations({ client, query })), options),
          OPERATION_COLUMNS,
        ),
      ),
    );
  images
    .command('cancel')
    .description('Gives up what is being done with an image.')
    .argument('<operation>', 'id of the operation')
    .addHelpText('after', examples('images cancel 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11'))
    .action(shell.connected(cancel));
}

async function capture(context: Context, name: string, options: CaptureOptions): Promise<ExitCode> {
  const { client, change } = context;
  const { snapshot, title = name } = options;
  const serverId = await getVServerId(client, options.server);
  const body = { name, title, serverId, ...(snapshot === undefined ? {} : { snapshotId: snapshot }) };
  const { operation } = await change(async (headers) => captureImage({ client, headers, body }));
  return followAll(context, [operation]);
}

async function places({ client, output }: Context, imageName: string): Promise<void> {
  const { items } = await answerOf(listImagePlaces({ client, path: { imageName } }));
  await output.list(onePage(items), PLACES);
}

async function prefetch(
  context: Context,
  imageName: string,
  { pool, storage }: PlaceOptions,
): Promise<ExitCode> {
  const { client, change } = context;
  const body = {
    ...(pool === undefined ? {} : { poolId: await getPoolId(client, pool) }),
    ...(storage === undefined ? {} : { sr: storage }),
  };
  const { items } = await change(async (headers) =>
    prefetchImage({ client, headers, path: { imageName }, body }),
  );
  return followAll(context, items);
}

async function evict(
  context: Context,
  imageName: string,
  { pool, storage }: Required<PlaceOptions>,
): Promise<ExitCode> {
  const { client, change } = context;
  const path = { imageName, poolId: await getPoolId(client, pool), srUuid: storage };
  const { items } = await change(async (headers) => evictImage({ client, headers, path }));
  return followAll(context, items);
}

async function remove(context: Context, imageName: string): Promise<ExitCode> {
  const { client, change } = context;
  const { items } = await change(async (headers) => removeImage({ client, headers, path: { imageName } }));
  return followAll(context, items);
}

async function cancel(context: Context, imageOperationId: string): Promise<void> {
  const { client, change, output } = context;
  const path = { imageOperationId };
  await change(async (headers) => cancelImageOperation({ client, headers, path }));
  output.note('it will be cancelled');
}
