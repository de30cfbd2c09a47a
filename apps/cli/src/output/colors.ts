/** Colours by meaning. Where none are wanted, the same functions leave text as it is. */
import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

export const NO_COLORS: Colors = pc.createColors(false);
export const createColors = (wanted: 'colored' | 'plain'): Colors => pc.createColors(wanted === 'colored');

const GOOD = new Set([
  'ready',
  'running',
  'attached',
  'succeeded',
  'done',
  'active',
  'added',
  'yes',
  'intact',
]);
const BAD = new Set(['error', 'failed', 'needs-attention', 'removed', 'suspended', 'closed', 'NO', 'broken']);
const RESTING = new Set([
  'planned',
  'stopped',
  'detached',
  'gone',
  'deleted',
  'cancelled',
  'withdrawn',
  'unchanged',
  'disabled',
]);

/** Green: as it should be · red: somebody has to look · dim: at rest · yellow: under way. */
export function paintState(state: string, colors: Colors): string {
  const word = state.trim();
  if (GOOD.has(word)) return colors.green(state);
  if (BAD.has(word)) return colors.red(state);
  return RESTING.has(word) ? colors.dim(state) : colors.yellow(state);
}
