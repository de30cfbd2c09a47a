import { createDescriptorVersion } from '@openvsys/api-client';
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { renderFacts } from '../../output/render.js';
import { FILE_OPTION, readDescriptor } from './descriptor-file.js';

const HELP = `
Name and version stand in the descriptor. The same text again changes nothing; another text under a version
that exists is refused: give it a new version.

Examples:
  $ vsysctl descriptors create -f shop.yaml`;

export function registerCreateDescriptor(descriptors: Command, shell: Shell): void {
  descriptors
    .command('create')
    .description('Stores a version of a descriptor.')
    .requiredOption(...FILE_OPTION)
    .addHelpText('after', HELP)
    .action(
      shell.connected(async ({ client, io, output, change }, { file }: { file: string }) => {
        const source = await readDescriptor(io, file);
        const stored = await change(async (headers) =>
          createDescriptorVersion({ client, headers, body: { source } }),
        );
        await output.result(stored, () => {
          const { id, name, version, hash } = stored;
          return renderFacts({ id, name, version, hash }, output.colors);
        });
      }),
    );
}
