import type { QuotaView } from '@openvsys/api-client';
import type { Command } from 'commander';
import type { Context, Shell } from '../../context.js';
import { renderTable, type Column } from '../../output/render.js';
import { parseScope, readQuotas, SCOPE_OPTION } from './scope.js';

const LIMIT: Column<QuotaView> = { title: 'limit', value: ({ limit }) => limit ?? 'none', style: 'number' };
const NAME: Column<QuotaView> = { title: 'resource', value: ({ resource }) => resource };
const USED: Column<QuotaView> = { title: 'used', value: ({ used }) => used, style: 'number' };

export const QUOTA_COLUMNS: readonly Column<QuotaView>[] = [NAME, LIMIT, USED];

const USAGE_COLUMNS: readonly Column<QuotaView>[] = [
  NAME,
  USED,
  LIMIT,
  {
    title: 'free',
    value: ({ limit, used }) => (limit === null ? null : Math.max(limit - used, 0)),
    style: 'number',
  },
  { title: 'share', value: (quota) => shareOf(quota), style: 'number' },
];

const HELP = `
Used are things that exist, and things that were admitted and are being made or removed.

Examples:
  $ vsysctl quotas show
  $ vsysctl quotas show --scope vdc:main
  $ vsysctl quotas usage --scope organization:ACME0001   # for the provider`;

export function registerShowQuotas(quotas: Command, shell: Shell): void {
  const verbs = [
    ['show', 'Shows limits.', QUOTA_COLUMNS],
    ['usage', 'Shows how much of the limits is used and free.', USAGE_COLUMNS],
  ] as const;
  for (const [verb, description, columns] of verbs) {
    quotas
      .command(verb)
      .description(description)
      .option(...SCOPE_OPTION)
      .addHelpText('after', HELP)
      .action(
        shell.connected(async (context: Context, { scope }: { scope: string }) => {
          const items = await readQuotas(context, parseScope(scope));
          const { output } = context;
          await output.result(items, () => renderTable(items, columns, { colors: output.colors }));
        }),
      );
  }
}

function shareOf({ limit, used }: QuotaView): string | null {
  if (limit === null) return null;
  if (limit === 0) return used === 0 ? '0 %' : 'over';
  return `${Math.round((used / limit) * 100)} %`;
}
