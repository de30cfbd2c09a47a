import { exportDescriptor, getDescriptor } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import { safeLines } from '../../output/terminal-text.js';
import { examples } from '../examples.js';
import { parseDescriptorName } from './descriptor-file.js';

interface Options {
  readonly format: 'fujitsu-xml';
}

export function registerExportDescriptor(descriptors: Command, shell: Shell): void {
  descriptors
    .command('export')
    .description('Prints a version of a descriptor in another format; tells what that cannot say.')
    .argument('<name[@version]>', 'name, and the version when it is not the newest')
    .addOption(
      new Option('--format <format>', 'what to write').choices(['fujitsu-xml']).default('fujitsu-xml'),
    )
    .addHelpText('after', examples('descriptors export three-tier > three-tier.xml'))
    .action(shell.connected(exportFile));
}

async function exportFile({ client, output }: Context, text: string, { format }: Options): Promise<void> {
  const { name: descriptorName, version: wanted } = parseDescriptorName(text);
  const version = wanted ?? (await answerOf(getDescriptor({ client, path: { descriptorName } }))).version;
  const exported = await answerOf(
    exportDescriptor({ client, path: { descriptorName, version }, query: { format } }),
  );
  for (const { place, message } of exported.notes) output.note(`${place}: ${message}`);
  await output.result(exported, () => safeLines(exported.text).trimEnd());
}
