// Purpose: classes whose constructor and destructor do nothing but make and remove a row.
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';

const SIMPLE = ['secret', 'VM_appliance', 'VM_group', 'console', 'subject'] as const;

function constructorOf(cls: string): Behaviour {
  return quick(({ sim }, args) => sim.db.create(cls, args.map(0)).ref);
}

function destructorOf(cls: string): Behaviour {
  return quick(({ sim }, args) => sim.db.remove(sim.db.get(cls, args.ref(0))));
}

export const SIMPLE_CLASSES: BehaviourTable = Object.fromEntries(
  SIMPLE.flatMap((cls) => [
    [`${cls}.create`, constructorOf(cls)],
    [`${cls}.destroy`, destructorOf(cls)],
  ]),
);
