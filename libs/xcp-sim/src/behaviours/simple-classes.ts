// Purpose: classes whose constructor and destructor do nothing but make and remove a row.
import { internalError } from '../core/failure.js';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';

const SIMPLE = [
  'secret',
  'VM_appliance',
  'VM_group',
  'console',
  'user',
  'Observer',
  'Caller',
  'Rate_limit',
  'PVS_cache_storage',
] as const;

function constructorOf(cls: string): Behaviour {
  return quick(({ sim }, args) => sim.db.create(cls, args.map(0)).ref);
}

function destructorOf(cls: string): Behaviour {
  return quick(({ sim }, args) => sim.db.remove(sim.db.get(cls, args.ref(0))));
}

export const SIMPLE_CLASSES: BehaviourTable = {
  ...Object.fromEntries(
    SIMPLE.flatMap((cls) => [
      [`${cls}.create`, constructorOf(cls)],
      [`${cls}.destroy`, destructorOf(cls)],
    ]),
  ),
  'secret.introduce': quick(({ sim }, args) => {
    const uuid = args.text(0);
    if (sim.db.rows('secret').some((secret) => secret.uuid === uuid))
      throw internalError(`Db_exn.Uniqueness_constraint_violation("secret", "uuid", "${uuid}")`);
    return sim.db.create('secret', { uuid, value: args.text(1), other_config: args.map(2) }).ref;
  }),
};
