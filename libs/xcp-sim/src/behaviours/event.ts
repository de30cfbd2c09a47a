// Purpose: messages of class event.
import { handleInvalid } from '../core/failure.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';

export const EVENT: BehaviourTable = {
  'event.from': timed((call, args) =>
    call.sim.events.from(call, args.texts(0), args.text(1), Number(args.at(2))),
  ),
  'event.inject': quick(({ sim }, args) => {
    const row = sim.db.find(args.text(0), args.ref(1));
    if (row === undefined) throw handleInvalid(args.text(0), args.ref(1));
    return sim.events.inject(row);
  }),
  'event.get_current_id': quick(({ sim }) => sim.db.generation),
  'event.register': quick(({ sim, session }, args) =>
    sim.legacyEvents.register(session?.ref ?? '', args.texts(0)),
  ),
  'event.unregister': quick(({ sim, session }, args) =>
    sim.legacyEvents.unregister(session?.ref ?? '', args.texts(0)),
  ),
  'event.next': timed((call) => call.sim.legacyEvents.next(call, call.session?.ref ?? '')),
};
