import { readFile } from 'node:fs/promises';
import { importDescriptor } from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { safeLines } from '../../output/terminal-text.js';
import { examples } from '../examples.js';

interface Options {
  readonly format: 'ovf' | 'fujitsu-xml';
  readonly file: string;
  readonly name: string;
  readonly image?: string;
}

export function registerImportDescriptor(descriptors: Command, shell: Shell): void {
  descriptors
    .command('import')
    .description(
      'Makes a descriptor of an OVF envelope, or of Fujitsu’s XML form, and prints it; tells what could not be carried over.',
    )
    .requiredOption('-f, --file <file>', 'the XML; - for the standard input')
    .requiredOption('--name <name>', 'name of the descriptor')
    .addOption(new Option('--format <format>', 'of the file').choices(['ovf', 'fujitsu-xml']).default('ovf'))
    .option('--image <image>', 'what the servers are made of when nobody says anything else')
    .addHelpText(
      'after',
      examples(
        'descriptors import -f shop.ovf --name shop --image debian-13 > shop.yaml',
        'descriptors create -f shop.yaml',
        'descriptors import -f shop.xml --format fujitsu-xml --name shop > shop.yaml',
      ),
    )
    .action(shell.connected(importFile));
}

async function importFile(
  { client, io, output }: Context,
  { format, file, name, image }: Options,
): Promise<void> {
  const text =
    file === '-'
      ? await io.readInput()
      : await readFile(file, 'utf8').catch((error: Error) => {
          throw usageError(`The file cannot be read: ${error.message}`, 'Check its name.');
        });
  const body = { format, text, name, ...(image === undefined ? {} : { image }) } as const;
  const imported = await answerOf(importDescriptor({ client, body }));
  for (const { place, message } of imported.notes) output.note(`${place}: ${message}`);
  await output.result(imported, () => safeLines(imported.source).trimEnd());
}
