/** A plan as a person decides on it: what changes, how it is done, what it costs, whether it fits. */
import type { PlannedChangeView, PlannedStepView, PlanView } from '@openvsys/api-client';
import { duration, money } from '../../output/amounts.js';
import { NO_COLORS, type Colors } from '../../output/colors.js';
import { renderTable, type Column } from '../../output/render.js';
import { safe } from '../../output/terminal-text.js';

type Change = PlannedChangeView['change'];

const SIGNS: Readonly<Record<Change, string>> = {
  added: '+',
  changed: '~',
  replaced: '±',
  removed: '-',
  unchanged: ' ',
};

/** Steps of one kind in one wave that are named; the others are counted. */
const MAX_TITLES = 4;

/** Would be accepted now: within all limits, and a pool has room. */
export function isAcceptable(plan: PlanView): boolean {
  return plan.capacity.fits && plan.quotas.every(({ fits }) => fits);
}

export function renderPlan(plan: PlanView, colors: Colors = NO_COLORS): string {
  return [
    renderChanges(plan, colors),
    renderSteps(plan, colors),
    renderPrice(plan, colors),
    renderLimits(plan, colors),
  ].join('\n\n');
}

function renderChanges({ changes }: PlanView, colors: Colors): string {
  const cards = countCards(changes);
  const shown = changes.filter((each) => each.change !== 'unchanged' && !cards.has(serverOfCard(each)));
  const width = Math.max(0, ...shown.map(({ kind }) => kind.length));
  const lines = shown.map((each) => {
    const count = each.kind === 'vserver' ? cards.get(keyOf(each)) : undefined;
    const text = `${changeLine(each, width)}${count === undefined ? '' : `  ${count} network ${count === 1 ? 'card' : 'cards'}`}`;
    return paintChange(each.change, colors)(safe(text));
  });
  const none = lines.length === 0 ? ['  none'] : lines;
  return [colors.bold('Changes'), ...none, `  ${countChanges(changes)}`].join('\n');
}

const keyOf = ({ change, name }: Pick<PlannedChangeView, 'change' | 'name'>): string => `${change} ${name}`;

/** Cards are called `SERVER/NUMBER`. What is no card belongs to none. */
function serverOfCard({ kind, change, name }: PlannedChangeView): string {
  return kind === 'nic' ? keyOf({ change, name: name.split('/')[0] ?? name }) : '';
}

/** Cards that come and go with their server need no line of their own: how many each server has. */
function countCards(changes: readonly PlannedChangeView[]): ReadonlyMap<string, number> {
  const servers = new Set(changes.filter(({ kind }) => kind === 'vserver').map(keyOf));
  const cards = changes.map(serverOfCard).filter((server) => servers.has(server));
  return new Map([...Map.groupBy(cards, (server) => server)].map(([server, all]) => [server, all.length]));
}

function changeLine({ change, kind, name, fields, restartNeeded }: PlannedChangeView, width: number): string {
  const values = change === 'changed' || change === 'replaced' ? fields.map(fieldText).join(', ') : '';
  const restart = restartNeeded ? ' (restart)' : '';
  return `  ${SIGNS[change]} ${kind.padEnd(width)}  ${name}${restart}${values === '' ? '' : `  ${values}`}`;
}

/** Values are left out by the API when they may be secret. */
function fieldText({ field, from, to }: PlannedChangeView['fields'][number]): string {
  if (from === undefined && to === undefined) return `${field} changed`;
  return `${field}: ${from ?? 'none'} → ${to ?? 'none'}`;
}

function paintChange(change: Change, colors: Colors): (text: string) => string {
  if (change === 'added') return colors.green;
  return change === 'removed' ? colors.red : colors.yellow;
}

function countChanges(changes: readonly PlannedChangeView[]): string {
  return (['added', 'changed', 'replaced', 'removed', 'unchanged'] as const)
    .map((kind) => [kind, changes.filter(({ change }) => change === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

function renderSteps({ steps, estimateMs }: PlanView, colors: Colors): string {
  const waves = groupBy(steps, ({ wave }) => wave);
  if (waves.size === 0) return `${colors.bold('Steps')}\n  none`;
  const about = `(${steps.length} in ${waves.size} waves, about ${duration(estimateMs)})`;
  const lines = [...waves]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([wave, inWave]) => waveLines(wave, inWave, colors));
  return [`${colors.bold('Steps')} ${about}`, ...lines].join('\n');
}

function waveLines(wave: number, steps: readonly PlannedStepView[], colors: Colors): string[] {
  const begin = Math.min(...steps.map(({ startsAtMs }) => startsAtMs));
  const head = colors.dim(`  wave ${wave + 1}, after ${duration(begin)}`);
  const titles = [...groupBy(steps, ({ kind }) => kind)].flatMap(([kind, same]) => {
    const named = same.slice(0, MAX_TITLES).map(({ title }) => `    ${safe(title)}`);
    const more = same.length - named.length;
    return more > 0 ? [...named, colors.dim(`    … and ${more} more ${safe(kind)}`)] : named;
  });
  return [head, ...titles];
}

function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  return Map.groupBy(items, keyOf);
}

function renderPrice({ price: { before, after } }: PlanView, colors: Colors): string {
  const rows = [
    { span: 'an hour', now: before.perHour, later: after.perHour },
    { span: 'a month (730 h)', now: before.perMonth, later: after.perMonth },
  ];
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { title: 'price', value: ({ span }) => span },
    { title: 'now', value: ({ now }) => money(now), style: 'number' },
    { title: 'after', value: ({ later }) => money(later), style: 'number' },
    { title: '', value: () => after.currency },
  ];
  const table = renderTable(rows, columns, { colors });
  if (after.unpriced.length === 0) return table;
  return `${table}\n${colors.red(`without a price, so not in the sums: ${safe(after.unpriced.join(', '))}`)}`;
}

function renderLimits({ quotas, capacity }: PlanView, colors: Colors): string {
  const columns: readonly Column<PlanView['quotas'][number]>[] = [
    { title: 'limit of', value: ({ scope }) => scope },
    { title: 'resource', value: ({ resource }) => resource },
    { title: 'used now', value: ({ usedBefore }) => usedBefore, style: 'number' },
    { title: 'after', value: ({ usedAfter }) => usedAfter, style: 'number' },
    { title: 'limit', value: ({ limit }) => limit ?? 'none', style: 'number' },
    { title: 'fits', value: ({ fits }) => (fits ? 'yes' : 'NO'), style: 'state' },
  ];
  // What has no limit in either scope tells nothing.
  const limited = quotas.filter(({ limit, fits }) => limit !== null || !fits);
  const table = limited.length === 0 ? 'no limits' : renderTable(limited, columns, { colors });
  const room = capacity.fits
    ? colors.green('capacity: there is room')
    : colors.red('capacity: there is no room');
  return [table, room, ...(capacity.reason === null ? [] : [`  ${safe(capacity.reason)}`])].join('\n');
}
