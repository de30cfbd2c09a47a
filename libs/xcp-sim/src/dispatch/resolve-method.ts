// Purpose: from the text of a method name to the message and its behaviour.
import { BEHAVIOURS } from '../behaviours/all-behaviours.js';
import { genericBehaviour, recordsWhere } from './generic-messages.js';
import { HttpError, XenFailure } from '../core/failure.js';
import type { Behaviour } from './behaviour.js';
import type { CallRequest } from './call-request.js';
import type { MessageFact } from '../datamodel/data-model.js';
import type { SimPool } from '../core/sim-pool.js';

export interface ResolvedMethod {
  /** `Class.message`, without `Async.`. */
  name: string;
  /** As the caller spelled it (`VM_start`), for the errors that repeat it. */
  askedName: string;
  isAsync: boolean;
  message: MessageFact;
  /** Undefined: known to the data model, refused with NOT_IMPLEMENTED. */
  behaviour: Behaviour | undefined;
  allowedOnSlave: boolean;
}

const ON_SLAVES = new Set([
  'session.slave_local_login_with_password',
  'session.local_logout',
  'pool.emergency_transition_to_master',
  'pool.emergency_reset_master',
  'pool.recover_slaves',
  'system.listMethods',
]);

/** Not declared asynchronous, yet the server takes them so. */
const ASYNC_UNDECLARED = new Set(['session.logout']);

const ASYNC_PREFIXES = ['Async.', 'InternalAsync.'];

/** Finds what a call means. @throws XenFailure MESSAGE_METHOD_UNKNOWN, Fault, SESSION_INVALID */
export function resolveMethod(sim: SimPool, request: CallRequest): ResolvedMethod {
  // Old clients probe with it; the server chokes on the colon.
  if (request.method.startsWith('system.isAlive:')) throw new HttpError(500);
  const prefix = ASYNC_PREFIXES.find((candidate) => request.method.startsWith(candidate));
  const isAsync = prefix !== undefined;
  const plain = request.method.slice(prefix?.length ?? 0);
  const message = findMessage(sim, plain);
  if (message === undefined) throw unknownMethod(sim, plain, request.params);
  const name = `${message.cls}.${message.name}`;
  if (message.removed) throw new XenFailure('MESSAGE_REMOVED');
  if (isAsync && !message.async && !ASYNC_UNDECLARED.has(name))
    throw new XenFailure('Fault', `No async mode for this operation (rpc: ${name})`);
  return {
    name,
    askedName: plain,
    isAsync,
    message,
    behaviour: behaviourOf(sim, message),
    allowedOnSlave: ON_SLAVES.has(name),
  };
}

/** How a message is served; the coverage report counts by this. */
export function behaviourOf(sim: Pick<SimPool, 'db'>, message: MessageFact): Behaviour | undefined {
  const written = BEHAVIOURS[`${message.cls}.${message.name}`];
  if (written !== undefined) return written;
  if (message.name === 'get_all_records_where') return recordsWhere(message.cls);
  const fact = sim.db.model.classes.get(message.cls);
  return fact === undefined ? undefined : genericBehaviour(fact, message);
}

/** `VM.start`, or `VM_start`: class names contain underscores too, so every split is tried. */
function findMessage(sim: SimPool, text: string): MessageFact | undefined {
  const { classes } = sim.db.model;
  if (text === 'system.listMethods') return LIST_METHODS;
  const dot = text.indexOf('.');
  if (dot >= 0) return lookUp(sim, text.slice(0, dot), text.slice(dot + 1));
  for (const cls of classes.keys()) {
    if (!text.startsWith(`${cls}_`)) continue;
    const message = lookUp(sim, cls, text.slice(cls.length + 1));
    if (message !== undefined) return message;
  }
  return undefined;
}

function lookUp(sim: SimPool, cls: string, name: string): MessageFact | undefined {
  const fact = sim.db.model.classes.get(cls);
  if (fact === undefined) return undefined;
  if (name === 'get_all_records_where' && fact.messages.has('get_all_records')) return whereMessage(sim, cls);
  return fact.messages.get(name);
}

function whereMessage(sim: SimPool, cls: string): MessageFact {
  const dump = sim.db.model.classes.get(cls)?.messages.get('get_all_records');
  return {
    cls,
    name: 'get_all_records_where',
    implicit: true,
    async: false,
    params: [{ name: 'expr', type: { kind: 'string' }, optional: false }],
    takesSession: true,
    result: { kind: 'map', key: { kind: 'ref', cls }, value: { kind: 'record', cls } },
    roles: dump?.roles ?? [],
    since: '',
    removed: dump?.removed === true,
  };
}

const LIST_METHODS: MessageFact = {
  cls: 'system',
  name: 'listMethods',
  implicit: false,
  async: false,
  params: [],
  takesSession: false,
  result: { kind: 'set', of: { kind: 'string' } },
  roles: [],
  since: '',
  removed: false,
};

/** A call with parameters might be an extension, so its session is checked before it is refused. */
function unknownMethod(sim: SimPool, name: string, params: readonly unknown[]): XenFailure {
  const [session] = params;
  if (typeof session === 'string') sim.sessions.use(session);
  else if (params.length > 0) return new XenFailure('INTERNAL_ERROR', 'Failure("Expected string")');
  return new XenFailure('MESSAGE_METHOD_UNKNOWN', name);
}
