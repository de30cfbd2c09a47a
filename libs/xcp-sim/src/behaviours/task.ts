// Purpose: messages of class task.
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';

export const TASK: BehaviourTable = {
  'task.create': quick(
    ({ sim, session }, args) =>
      sim.tasks.create(args.text(0), args.text(1), session?.ref ?? '', 'client-made').ref,
  ),
  'task.destroy': quick(({ sim }, args) => sim.tasks.destroy(sim.db.get('task', args.ref(0)))),
  'task.cancel': quick(({ sim }, args) => sim.tasks.cancel(sim.db.get('task', args.ref(0)))),
  'task.set_status': quick(({ sim }, args) => {
    const task = sim.db.get('task', args.ref(0));
    sim.db.update(task, { status: args.text(1) });
  }),
};
