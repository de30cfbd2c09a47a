/** Notices of the provider: list, show; for the provider, publish and withdraw. */
import {
  getNotice,
  listNotices,
  publishNotice,
  withdrawNotice,
  type NoticeSeverity,
  type NoticeView,
} from '@openvsys/api-client';
import { Option, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId } from '../../api/find-place.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { instant } from '../../output/amounts.js';
import type { Output } from '../../output/output.js';
import { renderFacts, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { parseInstant } from '../instant.js';
import { addListOptions } from '../list-options.js';

const COLUMNS: readonly Column<NoticeView>[] = [
  { title: 'severity', value: ({ severity }) => severity, style: 'state' },
  { title: 'title', value: ({ title }) => title },
  { title: 'from', value: ({ validFrom }) => instant(validFrom) },
  { title: 'until', value: ({ validUntil }) => instant(validUntil) },
  { title: 'id', value: ({ id }) => id },
];

const ID = '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11';
const HELP = examples(
  'notices list',
  `notices show ${ID}`,
  'notices publish "Maintenance on Sunday" --text "Servers may pause." --severity warning --until 2027-01-04',
  `notices withdraw ${ID}`,
);

interface PublishOptions {
  readonly text: string;
  readonly severity: NoticeSeverity;
  readonly organization: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

export function registerNotices(program: Command, shell: Shell): void {
  const notices = program
    .command('notices')
    .summary('read what the provider tells')
    .description('What the provider tells its tenants.');
  addListOptions(notices.command('list'))
    .description('Lists notices, newest first.')
    .addHelpText('after', HELP)
    .action(shell.connected(list));
  notices
    .command('show')
    .description('Shows a notice.')
    .argument('<notice>', 'id')
    .addHelpText('after', HELP)
    .action(shell.connected(show));
  registerPublish(notices, shell);
  notices
    .command('withdraw')
    .description('Withdraws a notice (for the provider).')
    .argument('<notice>', 'id')
    .addHelpText('after', HELP)
    .action(shell.connected(withdraw));
}

function registerPublish(notices: Command, shell: Shell): void {
  notices
    .command('publish')
    .description('Publishes a notice (for the provider).')
    .argument('<title>', 'in one line')
    .requiredOption('--text <text>', 'all of it')
    .addOption(
      new Option('--severity <severity>', 'how much it matters')
        .choices(['info', 'warning', 'critical'])
        .default('info'),
    )
    .option(
      '--organization <tenant>',
      'only for this one, by contract or id; may be given several times',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('--from <instant>', 'shown from then on', parseInstant)
    .option('--until <instant>', 'shown until then', parseInstant)
    .addHelpText('after', HELP)
    .action(shell.connected(publish));
}

async function list({ client, output }: Context, options: ListOptions): Promise<void> {
  await output.list(
    pagesOf(async (query) => answerOf(listNotices({ client, query })), options),
    COLUMNS,
  );
}

async function show({ client, output }: Context, noticeId: string): Promise<void> {
  await print(output, await answerOf(getNotice({ client, path: { noticeId } })));
}

async function publish(
  { client, change, output }: Context,
  title: string,
  options: PublishOptions,
): Promise<void> {
  const { text, severity, organization, from, until } = options;
  const organizationIds = await Promise.all(
    organization.map(async (each) => getOrganizationId(client, each)),
  );
  const body = {
    title,
    text,
    severity,
    ...(organizationIds.length === 0 ? {} : { organizationIds }),
    ...(from === undefined ? {} : { validFrom: from }),
    ...(until === undefined ? {} : { validUntil: until }),
  };
  await print(output, await change(async (headers) => publishNotice({ client, headers, body })));
}

async function withdraw({ client, change, output }: Context, noticeId: string): Promise<void> {
  const path = { noticeId };
  const { version } = await answerOf(getNotice({ client, path }));
  await change(async (headers) =>
    withdrawNotice({ client, path, headers: { ...headers, 'If-Match': `"${version}"` } }),
  );
  await output.result({ id: noticeId, withdrawn: true }, () => `${noticeId} is withdrawn.`);
}

async function print(output: Output, notice: NoticeView): Promise<void> {
  const { title, text, severity, validFrom, validUntil, id } = notice;
  await output.result(notice, () =>
    renderFacts(
      { severity, title, text, from: instant(validFrom), until: instant(validUntil), id },
      output.colors,
    ),
  );
}
