/** Draws a VSYS as a tree of its parts with their states, and a bar of the operation's steps. Pure. */
import cliProgress from 'cli-progress';
import colors from 'picocolors';
import type { PartRow, ProgressSteps, ProgressView } from './progress-view.js';

/** Wide enough to see a step of fifty, narrow enough for eighty columns. */
const BAR_WIDTH = 40;

const DONE = new Set(['running', 'ready', 'attached', 'detached', 'stopped']);
const SLEEPING = new Set(['planned', 'gone']);

function mark(state: string): string {
  if (state === 'error') return colors.red('✖');
  if (DONE.has(state)) return colors.green('●');
  return SLEEPING.has(state) ? colors.dim('○') : colors.yellow('◐');
}

interface Row {
  readonly part: PartRow;
  readonly label: string;
}

function renderGroup(
  title: string,
  rows: readonly Row[],
  isLast: (index: number) => boolean,
): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ label }) => label.length));
  const lines = rows.map(({ part, label }, index) => {
    const branch = isLast(index) ? '└─' : '├─';
    const reason = part.reason ? colors.dim(`  ${part.reason}`) : '';
    return `   ${colors.dim(branch)} ${mark(part.state)} ${label.padEnd(width)}  ${colors.dim(part.state)}${reason}`;
  });
  return [`  ${colors.bold(title)}`, ...lines];
}

function renderBar({ stepsDone, stepsTotal }: ProgressSteps): string {
  const share = stepsTotal === 0 ? 0 : Math.min(1, stepsDone / stepsTotal);
  const bar = cliProgress.Format.BarFormat(share, {
    barsize: BAR_WIDTH,
    barCompleteString: '█'.repeat(BAR_WIDTH),
    barIncompleteString: '░'.repeat(BAR_WIDTH),
    barGlue: '',
  });
  return `${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${stepsDone}/${stepsTotal} steps`;
}

/** The whole picture: title, tree, bar, elapsed time in ms. */
export function renderProgress(vsys: ProgressView, steps: ProgressSteps, elapsedMs: number): string {
  const groups: readonly (readonly [string, readonly Row[]])[] = [
    ['networks', vsys.vnets.map((part) => ({ part, label: `${part.name}  ${part.cidr}` }))],
    ['public addresses', vsys.publicIps.map((part) => ({ part, label: `${part.name}  ${part.address}` }))],
    [
      'servers',
      vsys.vservers.map((part) => ({
        part,
        label: `${part.name}  ${part.type}  ${part.nics.map(({ ipv4 }) => ipv4).join(' ')}`,
      })),
    ],
    ['disks', vsys.vdisks.map((part) => ({ part, label: `${part.name}  ${part.sizeGiB} GiB` }))],
  ];
  return [
    `${colors.bold(vsys.name)} ${colors.dim(vsys.id)}  ${vsys.phase}`,
    ...groups.flatMap(([title, rows]) => renderGroup(title, rows, (index) => index === rows.length - 1)),
    `  ${renderBar(steps)}  ${(elapsedMs / 1000).toFixed(1)} s`,
  ].join('\n');
}
