/** Where events are sent: list, show, create, change, delete webhooks; their deliveries are in `deliveries.ts`. */
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  replaceWebhook,
  rotateWebhookSecret,
  type WebhookView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVdcId } from '../../api/find-place.js';
import { getVsysId } from '../../api/find-vsys.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Output } from '../../output/output.js';
import { renderFacts, type Column } from '../../output/render.js';
import { parseSeconds } from '../duration.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { registerDeliveries } from './deliveries.js';

const COLUMNS: readonly Column<WebhookView>[] = [
  { title: 'name', value: ({ name }) => name },
  { title: 'url', value: ({ url }) => url },
  { title: 'kinds', value: ({ types }) => (types.length === 0 ? 'all' : types.join(' ')) },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'failures', value: ({ failures }) => String(failures), style: 'number' },
  { title: 'last success', value: ({ lastSuccessAt }) => instant(lastSuccessAt) },
  { title: 'id', value: ({ id }) => id },
];

const ID = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11';
const HELP = `
The secret that deliveries are signed with is shown once, when it is made.
${examples(
  'webhooks create billing --url https://billing.example.com/hooks --kind "statement.*" --kind budget.threshold',
  'webhooks list',
  `webhooks show ${ID}`,
  `webhooks disable ${ID}`,
  `webhooks enable ${ID}`,
  `webhooks rotate-secret ${ID} --overlap 1h`,
  `webhooks delete ${ID}`,
)}`;

interface CreateOptions {
  readonly url: string;
  readonly kind: readonly string[];
  readonly vsys: readonly string[];
  readonly vdc: readonly string[];
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export function registerWebhooks(program: Command, shell: Shell): void {
  const webhooks = program
    .command('webhooks')
    .summary('send events elsewhere, see what arrived, send it again')
    .description('Where events are sent as signed HTTP requests.');
  addListOptions(webhooks.command('list'))
    .description('Lists webhooks and how they do.')
    .addHelpText('after', HELP)
    .action(shell.connected(list));
  verb(webhooks, 'show', 'Shows a webhook.').action(shell.connected(show));
  webhooks
    .command('create')
    .description('Creates a webhook and shows its secret.')
    .argument('<name>', 'its name')
    .requiredOption('--url <url>', 'where to send: https, reachable from the internet')
    .option(
      '--kind <kind>',
      'only these kinds, e.g. vserver.state or "vserver.*"; may be given several times',
      collect,
      [],
    )
    .option('--vsys <vsys>', 'only of this VSYS, by id or name; may be given several times', collect, [])
    .option(
      '--vdc <vdc>',
      'only of systems in this VDC, by id or name; may be given several times',
      collect,
      [],
    )
    .addHelpText('after', HELP)
    .action(shell.connected(create));
  verb(webhooks, 'enable', 'Sends again.').action(shell.connected(switchTo('enabled')));
  verb(webhooks, 'disable', 'Sends nothing more.').action(shell.connected(switchTo('disabled')));
  verb(webhooks, 'rotate-secret', 'Makes a new secret and shows it.')
    .option('--overlap <time>', 'how long the former one signs too, e.g. 1h (default: 24h)', parseSeconds)
    .action(shell.connected(rotate));
  verb(webhooks, 'delete', 'Deletes a webhook; what waits is dropped.').action(shell.connected(remove));
  registerDeliveries(webhooks, shell);
}

function verb(webhooks: Command, name: string, description: string): Command {
  return webhooks
    .command(name)
    .description(description)
    .argument('<webhook>', 'id, see `vsysctl webhooks list`')
    .addHelpText('after', HELP);
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  await output.list(
    pagesOf(async (query) => answerOf(listWebhooks({ client, query })), options),
    COLUMNS,
  );
}

async function show({ client, output }: Context, webhookId: string): Promise<void> {
  await print(output, await answerOf(getWebhook({ client, path: { webhookId } })));
}

async function create({ client, output }: Context, name: string, options: CreateOptions): Promise<void> {
  const { url, kind: types, vsys, vdc } = options;
  const vsysIds = await Promise.all(vsys.map(async (each) => getVsysId(client, each)));
  const vdcIds = await Promise.all(vdc.map(async (each) => getVdcId(client, each)));
  const body = { name, url, types: [...types], vsysIds, ...(vdcIds.length === 0 ? {} : { vdcIds }) };
  // No Idempotency-Key: a stored answer would keep the secret.
  await printSecret(output, await answerOf(createWebhook({ client, body })));
}

function switchTo(state: 'enabled' | 'disabled') {
  return async ({ client, change, output }: Context, webhookId: string): Promise<void> => {
    const path = { webhookId };
    const before = await answerOf(getWebhook({ client, path }));
    const { name, url, types, vsysIds, vdcIds, version } = before;
    const body = { name, url, types, vsysIds, ...(vdcIds === null ? {} : { vdcIds }), state };
    const changed = await change(async (headers) =>
      replaceWebhook({ client, path, body, headers: { ...headers, 'If-Match': `"${version}"` } }),
    );
    await print(output, changed);
  };
}

async function rotate(
  { client, output }: Context,
  webhookId: string,
  { overlap }: { readonly overlap?: number },
): Promise<void> {
  const body = overlap === undefined ? {} : { overlapSeconds: overlap };
  await printSecret(output, await answerOf(rotateWebhookSecret({ client, path: { webhookId }, body })));
}

async function remove({ client, change, output }: Context, webhookId: string): Promise<void> {
  const path = { webhookId };
  const { version } = await answerOf(getWebhook({ client, path }));
  await change(async (headers) =>
    deleteWebhook({ client, path, headers: { ...headers, 'If-Match': `"${version}"` } }),
  );
  await output.result({ id: webhookId, deleted: true }, () => `${webhookId} is deleted.`);
}

function factsOf({ name, url, types, state, failures, pausedUntil, lastSuccessAt, id }: WebhookView) {
  const kinds = types.length === 0 ? 'all' : types.join(' ');
  const health = { failures: String(failures), 'paused until': instant(pausedUntil) };
  return { name, url, kinds, state, ...health, 'last success': instant(lastSuccessAt), id };
}

async function print(output: Output, webhook: WebhookView): Promise<void> {
  await output.result(webhook, () => renderFacts(factsOf(webhook), output.colors));
}

async function printSecret(
  output: Output,
  webhook: WebhookView & { readonly secret: string },
): Promise<void> {
  output.note('Keep the secret now: it is not shown again.');
  await output.result(webhook, () =>
    renderFacts({ ...factsOf(webhook), secret: webhook.secret }, output.colors),
  );
}
