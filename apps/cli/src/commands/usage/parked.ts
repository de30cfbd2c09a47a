import { listParkedUsage, type ParkedUsagePage, type ParkedUsageView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';
import { addListOptions } from '../list-options.js';

const COLUMNS: readonly Column<ParkedUsageView>[] = [
  { title: 'hour', value: ({ hour }) => instant(hour) },
  { title: 'resource', value: ({ resource }) => resource },
  { title: 'metered', value: ({ dimension }) => dimension },
  { title: 'product', value: ({ product }) => product },
  { title: 'reason', value: ({ reason }) => reason },
  { title: 'interval', value: ({ intervalId }) => intervalId },
];

export function registerParkedUsage(usage: Command, shell: Shell): void {
  addListOptions(usage.command('parked'))
    .description('Lists usage that could not be billed and waits for a person; for the provider.')
    .addHelpText('after', '\nExamples:\n  $ vsysctl usage parked')
    .action(
      shell.connected(async ({ client, output }, options: ListOptions) => {
        const pages = pagesOf<ParkedUsageView, ParkedUsagePage>(
          async (query) => answerOf(listParkedUsage({ client, query })),
          options,
        );
        await output.list(pages, COLUMNS);
      }),
    );
}
