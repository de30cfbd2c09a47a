/** Gives a snapshot up that is not wanted any more, with all that only it remembers. */
import type { ActionRule } from './action-rule.js';
import { lockOf } from './action-rule.js';

export const snapshotDestroy: ActionRule<'snapshot.destroy'> = {
  kind: 'snapshot.destroy',
  due: ({ wanted, seen }) =>
    [...seen.snapshots.values()]
      .filter(({ id }) => !wanted.snapshots.has(id))
      .map(({ id }) => ({ kind: 'snapshot.destroy', part: id })),
  predict: (observed, { part }) => ({
    ...observed,
    snapshots: (observed.snapshots ?? []).filter(({ id }) => id !== part),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: () => [],
  title: ({ part }, name) => `Remove snapshot ${name(part)}`,
  // XenAPI VDI.destroy for each disk and VM.destroy.
  estimateMs: 1_500,
};
