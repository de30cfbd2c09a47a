/** What can be ordered, and where. */
import { listZones, type ZoneView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Shell } from '../../context.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';
import { registerImages } from '../images/catalog-images.js';
import { registerServerTypes } from './server-types.js';

const ZONES: readonly Column<ZoneView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'name', value: ({ name }) => name },
];

export function registerCatalog(program: Command, shell: Shell): void {
  registerServerTypes(program, shell);
  registerImages(program, shell);
  addListOptions(nounOf(program, 'zones', 'places where a VDC can be')).action(
    shell.connected(async ({ client, output }, options: ListOptions) =>
      output.list(
        pagesOf(async (query) => answerOf(listZones({ client, query })), options),
        ZONES,
      ),
    ),
  );
}

/** `vsysctl zones list`; there is no other verb. */
function nounOf(program: Command, noun: string, what: string): Command {
  return program
    .command(noun)
    .description(`Shows ${what}.`)
    .summary(`list ${what}`)
    .command('list')
    .description(`Lists ${what}.`)
    .addHelpText('after', `\nExamples:\n  $ vsysctl ${noun} list`);
}
