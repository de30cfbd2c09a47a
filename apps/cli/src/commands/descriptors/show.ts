import { getDescriptor, getDescriptorVersion } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import { safeLines } from '../../output/terminal-text.js';
import { parseDescriptorName } from './descriptor-file.js';

const HELP = `
Prints the text as it was stored; with -o json or -o yaml also its version, hash and date.

Examples:
  $ vsysctl descriptors show three-tier              # newest version
  $ vsysctl descriptors show three-tier@1.0.0 > mine.yaml`;

export function registerShowDescriptor(descriptors: Command, shell: Shell): void {
  descriptors
    .command('show')
    .description('Shows a version of a descriptor.')
    .argument('<name[@version]>', 'name, and the version when it is not the newest')
    .addHelpText('after', HELP)
    .action(shell.connected(show));
}

async function show({ client, output }: Context, text: string): Promise<void> {
  const { name: descriptorName, version } = parseDescriptorName(text);
  const descriptor = await answerOf(
    version === undefined
      ? getDescriptor({ client, path: { descriptorName } })
      : getDescriptorVersion({ client, path: { descriptorName, version } }),
  );
  await output.result(descriptor, () => safeLines(descriptor.source).trimEnd());
}
