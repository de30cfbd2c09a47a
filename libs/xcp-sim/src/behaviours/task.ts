// Purpose: messages of class task.
import { requireOwnTask } from '../sessions/permissions.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';

export const TASK: BehaviourTable = {
  'task.create': quick(
    ({ sim, session }, args) =>
      sim.tasks.create(args.text(0), args.text(1), session?.ref ?? '', 'client-made').ref,
  ),
  'task.destroy': quick(({ sim, session }, args) => {
    const task = sim.db.get('task', args.ref(0));
    requireOwnTask(sim, session, task, 'destroy');
    sim.tasks.destroy(task);
  }),
  'task.cancel': quick(({ sim, session }, args) => {
    const task = sim.db.get('task', args.ref(0));
    requireOwnTask(sim, session, task, 'cancel');
    sim.tasks.cancel(task);
  }),
  'task.set_status': quick(({ sim }, args) => {
    const task = sim.db.get('task', args.ref(0));
    sim.db.update(task, { status: args.text(1) });
  }),
};
