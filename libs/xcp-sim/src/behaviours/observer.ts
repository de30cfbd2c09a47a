// Purpose: observers: where traces of the services would go. Their settings are checked as on a real server; nothing is
// traced.
import { invalidValue } from '../core/failure.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { SimPool } from '../core/sim-pool.js';
import type { XenMap, XenValue } from '../datamodel/xen-value.js';

/** The services that can be observed. */
const COMPONENTS = ['xapi', 'xenopsd', 'xapi-clusterd', 'smapi'];
/** Writes into the bundle for support; everything else is the address of a collector. */
const BUGTOOL = 'bugtool';
const ATTRIBUTE_NAME = /^[a-z0-9][a-z0-9._-]{0,254}$/i;

type Check = (sim: SimPool, value: XenValue) => void;

function texts(value: XenValue): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** Per field: what the server accepts. @throws XenFailure INVALID_VALUE */
const CHECKS: Readonly<Record<string, Check>> = {
  hosts: (sim, value) => {
    for (const ref of texts(value))
      if (sim.db.find('host', ref) === undefined) throw invalidValue('host', ref);
  },
  attributes: (_sim, value) => {
    for (const name of Object.keys(value as XenMap))
      if (!ATTRIBUTE_NAME.test(name)) throw invalidValue('attributes', name);
  },
  endpoints: (_sim, value) => {
    for (const text of texts(value))
      if (text !== BUGTOOL && !/^https?:\/\/[^/]+/.test(text)) throw invalidValue('endpoint', text);
  },
  components: (_sim, value) => {
    for (const name of texts(value)) if (!COMPONENTS.includes(name)) throw invalidValue('component', name);
  },
};

function setter(field: string): BehaviourTable[string] {
  return quick(({ sim }, args) => {
    const observer = sim.db.get('Observer', args.ref(0));
    CHECKS[field]?.(sim, args.at(1));
    sim.db.update(observer, { [field]: args.at(1) });
  });
}

export const OBSERVER: BehaviourTable = {
  'Observer.create': quick(({ sim }, args) => {
    const record = args.map(0);
    for (const [field, check] of Object.entries(CHECKS)) check(sim, record[field] ?? []);
    return sim.db.create('Observer', record).ref;
  }),
  ...Object.fromEntries(Object.keys(CHECKS).map((field) => [`Observer.set_${field}`, setter(field)])),
};
