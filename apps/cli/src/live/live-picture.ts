/** The picture of a running operation: the tree of its VSYS, what is being done, and a bar. */
import cliProgress from 'cli-progress';
import { duration } from '../output/amounts.js';
import { paintState, type Colors } from '../output/colors.js';
import { safe } from '../output/terminal-text.js';
import { renderTree } from '../output/tree.js';
import type { LiveSystem } from './live-system.js';
import { treeOfVsys } from './vsys-tree.js';

/** Cells of the bar. */
const BAR_WIDTH = 30;
/** Steps that are named under the tree; more would hide it. */
const MAX_STEPS_SHOWN = 6;

export function renderLivePicture(live: LiveSystem, elapsedMs: number, colors: Colors): string {
  const tree = renderTree({ ...treeOfVsys(live.vsys, live.parts), state: live.operation.state }, colors);
  return [tree, '', ...stepLines(live, colors), barLine(live, elapsedMs, colors)].join('\n');
}

function stepLines(live: LiveSystem, colors: Colors): string[] {
  const running = live.runningSteps;
  const lines = running.slice(0, MAX_STEPS_SHOWN).map(({ kind, part, attempt }) => {
    const again = attempt > 1 ? ` (try ${attempt})` : '';
    return colors.dim(`  … ${safe(kind)} ${safe(live.nameOf(part))}${again}`);
  });
  const more = running.length - lines.length;
  return more > 0 ? [...lines, colors.dim(`  … and ${more} more`)] : lines;
}

function barLine(live: LiveSystem, elapsedMs: number, colors: Colors): string {
  const { kind, state, stepsDone, stepsTotal } = live.operation;
  const share = state === 'succeeded' ? 1 : stepsDone / Math.max(stepsTotal, 1);
  const bar = cliProgress.Format.BarFormat(Math.min(share, 1), {
    barsize: BAR_WIDTH,
    barCompleteString: '█'.repeat(BAR_WIDTH),
    barIncompleteString: '░'.repeat(BAR_WIDTH),
    barGlue: '',
  });
  return `${bar} ${stepsDone}/${stepsTotal}  ${safe(kind)} ${paintState(state, colors)}  ${duration(elapsedMs)}`;
}
