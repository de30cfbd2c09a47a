/** Destroys a back-up that is not wanted any more. */
import type { ActionRule } from './action-rule.js';
import { lockOf } from './action-rule.js';

export const backupDestroy: ActionRule<'backup.destroy'> = {
  kind: 'backup.destroy',
  due: ({ wanted, seen }) =>
    [...seen.backups.values()]
      .filter(({ id }) => !wanted.backups.has(id))
      .map(({ id }) => ({ kind: 'backup.destroy', part: id })),
  predict: (observed, { part }) => ({
    ...observed,
    backups: (observed.backups ?? []).filter(({ id }) => id !== part),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: () => [],
  title: ({ part }, name) => `Remove back-up ${name(part)}`,
  // XenAPI VDI.destroy on file-based storage.
  estimateMs: 600,
};
