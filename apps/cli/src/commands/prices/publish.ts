import { readFile } from 'node:fs/promises';
import {
  publishPriceList,
  type PriceChangeView,
  type PublicationView,
  type PublishPriceListRequest,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { answerOf } from '../../api/answer.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { renderTable, type Column } from '../../output/render.js';
import { confirm, type ConfirmOptions } from '../confirm.js';

const CHANGES: readonly Column<PriceChangeView>[] = [
  { title: 'product', value: ({ product }) => product },
  { title: 'metered', value: ({ dimension }) => dimension },
  { title: 'change', value: ({ change }) => change },
  { title: 'before', value: ({ before }) => before?.amount, style: 'number' },
  { title: 'after', value: ({ after }) => after?.amount, style: 'number' },
];

interface Options extends ConfirmOptions {
  readonly file: string;
  readonly dryRun?: true;
}

const HELP = `
For the provider. The file is the whole list: what is the same as before goes on, what differs or is left out ends.

  currency: EUR
  validFrom: 2027-01-01T00:00:00Z
  note: Prices of 2027
  # organizationId: …            only for this tenant: its prices lie over the list
  prices:
    - { product: standard.small, dimension: vserver-running, amount: '0.015' }
    - { product: storage.standard, dimension: vdisk-gib, amount: '0.0001', tiers: [{ from: '1000', amount: '0.00008' }] }

Examples:
  $ vsysctl prices publish -f prices-2027.yaml --dry-run    # what would change
  $ vsysctl prices publish -f prices-2027.yaml --reason "decided on 3 November"`;

export function registerPublishPrices(prices: Command, shell: Shell): void {
  prices
    .command('publish')
    .description('Publishes a version of a price list.')
    .requiredOption('-f, --file <file>', 'list as YAML or JSON; - for the standard input')
    .option('--dry-run', 'show what would change and publish nothing')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(shell.connected(publish));
}

async function publish(context: Context, options: Options): Promise<void> {
  const { client, io, output, change } = context;
  const text = options.file === '-' ? await io.readInput() : await readList(options.file);
  // The server checks it and names every mistake with its place.
  const body = documentOf(text) as PublishPriceListRequest;
  const dry = await answerOf(publishPriceList({ client, body, query: { dryRun: true } }));
  const print = async (publication: PublicationView): Promise<void> =>
    output.result(publication, () => renderPublication(publication, context));
  if (options.dryRun === true) {
    await print(dry);
    return;
  }
  await confirm(io, options, {
    preview: renderPublication(dry, context),
    question: 'Publish it?',
    unattended: 'allowed',
    danger: '',
  });
  await print(await change(async (headers) => publishPriceList({ client, headers, body })));
}

async function readList(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw usageError(`The list cannot be read: ${error.message}`, 'Check the name of the file.');
  });
}

function documentOf(text: string): object {
  try {
    const document: unknown = parse(text, { schema: 'core' });
    if (typeof document === 'object' && document !== null) return document;
  } catch (error) {
    throw usageError(
      `The list is no YAML: ${(error as Error).message}`,
      'See the form in `vsysctl prices publish --help`.',
    );
  }
  throw usageError('The file has no list.', 'See the form in `vsysctl prices publish --help`.');
}

function renderPublication(
  { version, changes, hoursReopened, statementsCorrected }: PublicationView,
  { output }: Context,
) {
  const told = changes.filter(({ change }) => change !== 'same');
  const same = changes.length - told.length;
  return [
    ...(told.length === 0 ? [] : [renderTable(told, CHANGES, { colors: output.colors })]),
    `${told.length} prices change, ${same} stay as they are.`,
    ...(hoursReopened === 0 ? [] : [`${hoursReopened} closed hours are rated again.`]),
    ...(statementsCorrected === 0
      ? []
      : [`Up to ${statementsCorrected} closed months get a correction with the next one.`]),
    ...(version === null ? [] : [`Version ${version.version} is published: ${version.id}`]),
  ].join('\n');
}
