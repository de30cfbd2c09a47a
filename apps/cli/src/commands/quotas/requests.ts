/** Asking for other limits: ask, list, approve, deny, withdraw. */
import {
  approveQuotaRequest,
  createQuotaRequest,
  denyQuotaRequest,
  listQuotaRequests,
  withdrawQuotaRequest,
  type QuotaRequestState,
  type QuotaRequestView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Output } from '../../output/output.js';
import { renderFacts, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addListOptions } from '../list-options.js';
import { parseLimits } from './limits.js';
import { findScope, parseScope, SCOPE_OPTION } from './scope.js';

const STATES = ['open', 'approved', 'denied', 'withdrawn'] as const satisfies readonly QuotaRequestState[];

const COLUMNS: readonly Column<QuotaRequestView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'of', value: ({ scope, scopeId }) => `${scope} ${scopeId}` },
  { title: 'limits', value: (request) => limitsText(request) },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'why', value: ({ reason, decision }) => decision ?? reason },
];

const limitsText = ({ limits }: QuotaRequestView): string =>
  limits.map(({ resource, limit }) => `${resource}=${limit}`).join(' ');

const HELP = examples(
  'quotas request vservers=80 vcpus=200 --reason "sale in December"',
  'quotas requests --state open',
  'quotas approve 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11 --reason "as agreed"',
  'quotas deny 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11 --reason "no room before March"',
  'quotas withdraw 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11 --reason "not needed any more"',
);

const VERBS = [
  ['approve', 'Sets the limits that a request wishes for. Needs --reason.', approveQuotaRequest],
  ['deny', 'Denies a request; its reason is kept for who asked. Needs --reason.', denyQuotaRequest],
  ['withdraw', 'Takes back a request of your own. Needs --reason.', withdrawQuotaRequest],
] as const;

export function registerQuotaRequests(quotas: Command, shell: Shell): void {
  quotas
    .command('request')
    .description('Asks for other limits; who may set them decides. Needs --reason.')
    .argument('<limits...>', 'RESOURCE=NUMBER')
    .option(...SCOPE_OPTION)
    .addHelpText('after', HELP)
    .action(shell.connected(request));
  addListOptions(quotas.command('requests'))
    .description('Lists requests for limits, newest first.')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .addHelpText('after', HELP)
    .action(shell.connected(list));
  for (const [name, description, send] of VERBS) {
    quotas
      .command(name)
      .description(description)
      .argument('<request>', 'id of the request')
      .addHelpText('after', HELP)
      .action(
        shell.connected(async (context: Context, quotaRequestId: string) => {
          const { client, change, output } = context;
          const sent = { client, path: { quotaRequestId }, body: { reason: reasonOf(context) } };
          await print(output, await change(async (headers) => send({ ...sent, headers })));
        }),
      );
  }
}

async function request(context: Context, pairs: string[], options: { scope: string }): Promise<void> {
  const { client, change, output } = context;
  const reason = reasonOf(context);
  const limits = [...parseLimits(pairs)].map(([resource, limit]) => {
    if (limit !== null) return { resource, limit };
    throw usageError(`“${resource}=none” cannot be asked for.`, 'Ask for a number.');
  });
  const { kind, id } = await findScope(context, parseScope(options.scope));
  const body = { scope: kind, scopeId: id, limits, reason };
  await print(output, await change(async (headers) => createQuotaRequest({ client, headers, body })));
}

async function list(
  { client, output }: Context,
  { state, ...options }: ListOptions & { readonly state?: QuotaRequestState },
): Promise<void> {
  const only = state === undefined ? {} : { state };
  const pages = pagesOf(
    async (page) => answerOf(listQuotaRequests({ client, query: { ...page, ...only } })),
    options,
  );
  await output.list(pages, COLUMNS);
}

function reasonOf({ options: { reason } }: Context): string {
  if (reason !== undefined) return reason;
  throw usageError('This needs a reason.', 'Add --reason "…": it is kept with the request and in the audit.');
}

async function print(output: Output, view: QuotaRequestView): Promise<void> {
  const { id, scope, scopeId, state, reason, decision, decidedAt } = view;
  await output.result(view, () =>
    renderFacts(
      {
        id,
        of: `${scope} ${scopeId}`,
        limits: limitsText(view),
        state,
        reason,
        decision,
        decided: decidedAt === null ? null : instant(decidedAt),
      },
      output.colors,
    ),
  );
}
