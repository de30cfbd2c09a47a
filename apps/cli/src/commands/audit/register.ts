/** Who did what, when and why; and the proof that nobody changed it afterwards. */
import {
  listAudit,
  verifyAudit,
  type AuditChainView,
  type AuditEntryView,
  type AuditVerificationView,
} from '@openvsys/api-client';
import { InvalidArgumentError, type Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getOrganizationId } from '../../api/find-place.js';
import { pagesOf, type ListOptions } from '../../api/pages.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { instant } from '../../output/amounts.js';
import { renderTable, type Column } from '../../output/render.js';
import { parseInstant } from '../instant.js';
import { addListOptions } from '../list-options.js';

const COLUMNS: readonly Column<AuditEntryView>[] = [
  { title: 'at', value: ({ at }) => instant(at) },
  { title: 'actor', value: ({ actor }) => actor },
  { title: 'verb', value: ({ verb }) => verb },
  { title: 'resource', value: ({ resource }) => resource },
  { title: 'reason', value: ({ reason }) => reason },
  { title: 'position', value: ({ position }) => position, style: 'number' },
];

const CHAIN_COLUMNS: readonly Column<AuditChainView>[] = [
  { title: 'chain', value: ({ organizationId }) => organizationId ?? '(provider)' },
  { title: 'entries', value: ({ entries }) => entries, style: 'number' },
  { title: 'state', value: (chain) => (chain.broken === null ? 'intact' : 'broken'), style: 'state' },
  { title: 'head', value: ({ head }) => head },
];

const LIST_HELP = `
Examples:
  $ vsysctl audit list --limit 20
  $ vsysctl audit list --verb vsys.delete --from 7d
  $ vsysctl audit list --resource DEMO0001-7K2M9QXPA -o json`;

const VERIFY_HELP = `
Each entry carries a hash over itself and the hash before it. All of them are computed again, at the server. The heads that
it prints are worth keeping elsewhere, e.g. in a ticket each night: given with --anchor later they prove that nobody wrote
a whole chain anew since. The exit code is 1 when a chain is broken or the anchor is in none of them.

Examples:
  $ vsysctl audit verify
  $ vsysctl audit verify -o json | jq -r '.chains[].head' > heads-of-today
  $ vsysctl audit verify --anchor "$(head -1 heads-of-last-year)"`;

interface AuditOptions extends ListOptions {
  readonly organization?: string;
  readonly actor?: string;
  readonly verb?: string;
  readonly resource?: string;
  readonly from?: string;
  readonly to?: string;
}

export function registerAudit(program: Command, shell: Shell): void {
  const audit = program
    .command('audit')
    .summary('who changed what and why, and whether that is all')
    .description('The audit: entries never change and are never deleted.');
  addListOptions(audit.command('list'))
    .description('Lists entries, newest first.')
    .option('--organization <tenant>', 'for the provider: only of this tenant, by contract or id')
    .option('--actor <actor>', 'only by this user or token, e.g. user:019399d2-…')
    .option('--verb <verb>', 'only this, e.g. vsys.delete')
    .option('--resource <id>', 'only about this')
    .option('--from <instant>', 'from then on: a day, an instant, or a time ago (24h, 7d)', parseInstant)
    .option('--to <instant>', 'before then', parseInstant)
    .addHelpText('after', LIST_HELP)
    .action(shell.connected(list));
  audit
    .command('verify')
    .description('Proves that no entry was changed, taken away or exchanged.')
    .option('--anchor <hash>', 'a head that was kept elsewhere', parseHash)
    .addHelpText('after', VERIFY_HELP)
    .action(shell.connected(verify));
}

async function list({ client, output }: Context, options: AuditOptions): Promise<void> {
  const { organization, actor, verb, resource, from, to, ...paging } = options;
  const given = Object.entries({ actor, verb, resource, from, to }).filter(
    ([, value]) => value !== undefined,
  );
  const filter = {
    ...Object.fromEntries(given),
    ...(organization === undefined ? {} : { organization: await getOrganizationId(client, organization) }),
  };
  const pages = pagesOf(
    async (page) => answerOf(listAudit({ client, query: { ...filter, ...page } })),
    paging,
  );
  await output.list(pages, COLUMNS);
}

async function verify(
  { client, output }: Context,
  { anchor }: { readonly anchor?: string },
): Promise<ExitCode> {
  const query = anchor === undefined ? {} : { anchor };
  const report = await answerOf(verifyAudit({ client, query }));
  await output.result(report, () =>
    [renderTable(report.chains, CHAIN_COLUMNS, { colors: output.colors }), ...sayings(report, anchor)].join(
      '\n',
    ),
  );
  return report.isIntact ? EXIT.done : EXIT.operationFailed;
}

function sayings({ chains }: AuditVerificationView, anchor: string | undefined): string[] {
  const breaks = chains.flatMap(({ organizationId, broken }) =>
    broken === null
      ? []
      : [`${organizationId ?? '(provider)'}: ${MEANING[broken.kind]} (position ${broken.position})`],
  );
  if (anchor === undefined) return breaks;
  const found = chains.find(({ anchorPosition }) => anchorPosition !== null);
  const place =
    found === undefined
      ? 'The anchor is in no chain: entries before it were written anew.'
      : `The anchor is entry ${found.anchorPosition} of ${found.organizationId ?? '(provider)'}.`;
  return [...breaks, place];
}

const MEANING = {
  changed: 'an entry is not what was written',
  missing: 'an entry before this one was taken away or exchanged',
  cut: 'entries behind this one are gone',
} as const;

function parseHash(text: string): string {
  if (/^[\da-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('A head is 64 hexadecimal digits.');
}
