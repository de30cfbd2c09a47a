// Purpose: login and logout.
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { Identity } from '../sessions/identity.js';

/** Password checks run on at most eight threads (XenAPI pool.local_auth_max_threads). */
const AUTH_THREADS = 8;

async function login(call: Call, args: Args): Promise<string> {
  const { sim } = call;
  const [user, password] = [args.text(0), args.text(1)];
  return call.inQueue('auth', AUTH_THREADS, async () => {
    const identity = await braked(call, () => sim.sessions.authenticate(user, password));
    await call.spend('login');
    const session = sim.sessions.create(user, args.text(3), identity);
    call.entry.originator = args.text(3);
    call.entry.session = session.ref;
    return session.ref;
  });
}

/** The brake against guessing: a refusal takes its time. */
async function braked(call: Call, check: () => Identity): Promise<Identity> {
  try {
    return check();
  } catch (error) {
    await call.pass(call.sim.options.loginBrakeMs ?? call.sim.latency.profile.loginFailureMs);
    throw error;
  }
}

export const SESSION: BehaviourTable = {
  'session.login_with_password': timed((call, args) => login(call, args)),
  'session.slave_local_login_with_password': timed((call, args) => login(call, args)),
  'session.logout': quick(({ sim, session }) => {
    if (session !== undefined) sim.sessions.end(session);
  }),
  'session.change_password': quick(({ sim }, args) =>
    sim.sessions.changePassword(args.text(0), args.text(1)),
  ),
  // Ends local sessions only; an ordinary one stays valid.
  'session.local_logout': quick(() => undefined),
};
