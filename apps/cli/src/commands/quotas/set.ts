import type { QuotaEffectView } from '@openvsys/api-client';
import type { Command } from 'commander';
import type { Context, Shell } from '../../context.js';
import { renderTable, type Column } from '../../output/render.js';
import { changedLimits, parseLimits } from './limits.js';
import { parseScope, previewQuotas, readQuotas, SCOPE_OPTION, writeQuotas } from './scope.js';
import { QUOTA_COLUMNS } from './show.js';

interface Options {
  readonly scope: string;
  readonly dryRun?: true;
}

const EFFECTS: readonly Column<QuotaEffectView>[] = [
  { title: 'resource', value: ({ resource }) => resource },
  { title: 'limit now', value: ({ limitBefore }) => limitBefore ?? 'none', style: 'number' },
  { title: 'limit after', value: ({ limitAfter }) => limitAfter ?? 'none', style: 'number' },
  { title: 'used', value: ({ used }) => used, style: 'number' },
  { title: 'effect', value: (effect) => effectOf(effect) },
];

const HELP = `
Resources: vsys, vservers, running-vservers, vcpus, memory-mib, storage-gib, storage-gib:CLASS (disks of one disk class),
snapshots, backups, backup-gib, vnets, public-ips, efms, images, image-gib, operations. Those that are not named keep their limits. vCPUs and memory are those of servers that run.
A limit below what is used takes nothing away: it only stops growth.

Examples:
  $ vsysctl quotas set --scope organization:ACME0001 vservers=50 vcpus=100
  $ vsysctl quotas set --scope vdc:main vnets=none storage-gib:fast=100
  $ vsysctl quotas set --scope vsys:shop running-vservers=4
  $ vsysctl quotas set --scope vdc:main vservers=5 --dry-run   # shows the effect and changes nothing`;

export function registerSetQuotas(quotas: Command, shell: Shell): void {
  quotas
    .command('set')
    .description('Sets limits.')
    .argument('<limits...>', 'RESOURCE=NUMBER, or RESOURCE=none for no limit')
    .option(...SCOPE_OPTION)
    .option('--dry-run', 'show the effect and change nothing')
    .addHelpText('after', HELP)
    .action(shell.connected(set));
}

async function set(context: Context, pairs: string[], options: Options): Promise<void> {
  const { output } = context;
  const changes = parseLimits(pairs);
  const scope = parseScope(options.scope);
  const before = await readQuotas(context, scope);
  const after = changedLimits(before, changes);
  if (options.dryRun === true) {
    const effects = await previewQuotas(context, scope, after);
    await output.result(effects, () => renderTable(effects, EFFECTS, { colors: output.colors }));
    return;
  }
  const items = await writeQuotas(context, scope, after);
  await output.result(items, () => renderTable(items, QUOTA_COLUMNS, { colors: output.colors }));
}

function effectOf({ limitBefore, limitAfter, free, over, holders }: QuotaEffectView): string {
  if (limitBefore === limitAfter) return 'unchanged';
  if (limitAfter === null) return 'no limit any more';
  if (free === 0 && !over) return 'nothing can be added';
  if (!over && free !== 0) return `${free ?? 0} can be added`;
  const most = holders.map(({ name, used }) => `${name} ${used}`).join(', ');
  return most === '' ? 'nothing can be added' : `nothing can be added; most used by ${most}`;
}
