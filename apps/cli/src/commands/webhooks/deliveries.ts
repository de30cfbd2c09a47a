/** What webhooks were told: list deliveries, send them again, try a webhook out. */
import {
  listWebhookDeliveries,
  replayWebhook,
  replayWebhookDelivery,
  testWebhook,
  type DeliveryState,
  type DeliveryView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import { renderFacts, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { parseInstant } from '../instant.js';
import { addListOptions } from '../list-options.js';

const COLUMNS: readonly Column<DeliveryView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'kind', value: ({ type }) => type },
  { title: 'about', value: ({ resource }) => resource },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'tries', value: ({ attempts }) => String(attempts), style: 'number' },
  { title: 'status', value: ({ lastStatus }) => lastStatus?.toString(), style: 'number' },
  { title: 'ms', value: ({ lastLatencyMs }) => lastLatencyMs?.toString(), style: 'number' },
  { title: 'last try', value: ({ lastAttemptAt }) => instant(lastAttemptAt) },
  { title: 'error', value: ({ lastError }) => lastError },
];

const ID = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11';
const HELP = examples(
  `webhooks deliveries ${ID} --state dead`,
  `webhooks test ${ID}`,
  `webhooks replay ${ID} 4711`,
  `webhooks replay ${ID} --from 24h --state dead`,
);

interface ListDeliveries extends ListOptions {
  readonly state?: DeliveryState;
}

interface Replay {
  readonly from?: string;
  readonly to?: string;
  readonly state?: 'delivered' | 'dead';
}

export function registerDeliveries(webhooks: Command, shell: Shell): void {
  const argument = ['<webhook>', 'id, see `vsysctl webhooks list`'] as const;
  addListOptions(webhooks.command('deliveries'))
    .description('Lists what a webhook was told or is to be told, newest first.')
    .argument(...argument)
    .addOption(new Option('--state <state>', 'only these').choices(['pending', 'delivered', 'dead']))
    .addHelpText('after', HELP)
    .action(shell.connected(list));
  webhooks
    .command('test')
    .description('Sends an event webhook.test.')
    .argument(...argument)
    .addHelpText('after', HELP)
    .action(shell.connected(test));
  webhooks
    .command('replay')
    .description('Sends one delivery again, or all of a time.')
    .argument(...argument)
    .argument('[delivery]', 'id of a delivery')
    .option('--from <instant>', 'those made from then on, e.g. 24h', parseInstant)
    .option('--to <instant>', 'and before then (default: now)', parseInstant)
    .addOption(new Option('--state <state>', 'only what ended so').choices(['delivered', 'dead']))
    .addHelpText('after', HELP)
    .action(shell.connected(replay));
}

async function list({ client, output }: Context, webhookId: string, options: ListDeliveries): Promise<void> {
  const { state } = options;
  const filter = state === undefined ? {} : { state };
  const pages = pagesOf(
    async (query) =>
      answerOf(listWebhookDeliveries({ client, path: { webhookId }, query: { ...query, ...filter } })),
    options,
  );
  await output.list(pages, COLUMNS);
}

async function test({ client, change, output }: Context, webhookId: string): Promise<void> {
  const delivery = await change(async (headers) => testWebhook({ client, headers, path: { webhookId } }));
  await output.result(delivery, () => `It is sent: vsysctl webhooks deliveries ${webhookId}`);
}

async function replay(
  { client, change, output }: Context,
  webhookId: string,
  deliveryId: string | undefined,
  { from, to, state }: Replay,
): Promise<void> {
  if ((deliveryId === undefined) === (from === undefined))
    throw usageError('Say what is to be sent again.', 'Give the id of a delivery, or --from.');
  if (deliveryId !== undefined) {
    const path = { webhookId, deliveryId };
    const again = await change(async (headers) => replayWebhookDelivery({ client, headers, path }));
    await output.result(again, () =>
      renderFacts({ delivery: again.id, event: again.eventId }, output.colors),
    );
    return;
  }
  const range = { from: from ?? '', to: to ?? new Date().toISOString() };
  const body = state === undefined ? range : { ...range, state };
  const answer = await change(async (headers) =>
    replayWebhook({ client, headers, path: { webhookId }, body }),
  );
  await output.result(answer, () => `${answer.replayed} are sent again.`);
}
