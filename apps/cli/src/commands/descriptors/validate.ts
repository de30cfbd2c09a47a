import { validateDescriptor } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Shell } from '../../context.js';
import { FILE_OPTION, readDescriptor } from './descriptor-file.js';

const HELP = `
Every mistake is told with its place, line and column; exit code 5 when there is any. Nothing is stored.

Examples:
  $ vsysctl descriptors validate -f shop.yaml
  $ generate-descriptor | vsysctl descriptors validate -f -`;

export function registerValidateDescriptor(descriptors: Command, shell: Shell): void {
  descriptors
    .command('validate')
    .description('Checks a descriptor.')
    .requiredOption(...FILE_OPTION)
    .addHelpText('after', HELP)
    .action(
      shell.connected(async ({ client, io, output }, { file }: { file: string }) => {
        const source = await readDescriptor(io, file);
        const valid = await answerOf(validateDescriptor({ client, body: { source } }));
        await output.result(valid, () => `${valid.name} ${valid.version} is valid.`);
      }),
    );
}
