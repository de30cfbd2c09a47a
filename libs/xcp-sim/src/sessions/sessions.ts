// Purpose: who is logged in. Sessions are rows of a table without events; caps and idle expiry keep them few.
//
//   login ──► alive ──► logout | evicted by cap | idle 24 h | toolstack restart ──► SESSION_INVALID
import { compactDate, NULL_REF } from '../datamodel/xen-value.js';
import { HttpError, XenFailure } from '../core/failure.js';
import { identify, LOCAL_ADMINISTRATOR, type Credentials, type Identity } from './identity.js';
import type { Row } from '../database/row.js';
import type { SessionService } from '../core/pool-services.js';
import type { SimPool } from '../core/sim-pool.js';

/** XenAPI limits: 500 sessions an originator, 400 without one; the longest idle go first. */
const CAP_PER_ORIGINATOR = 500;
const CAP_WITHOUT_ORIGINATOR = 400;
/** The same for every name that is not the local administrator's. */
const CAP_PER_USER = 500;
const IDLE_LIMIT_MS = 24 * 3_600_000;
/** `last_active` is written at most every ten minutes. */
const ACTIVE_STEP_MS = 10 * 60_000;

export class Sessions implements SessionService {
  private readonly lastUse = new Map<string, number>();
  private readonly endListeners = new Set<(session: string) => void>();

  private readonly credentials: Credentials;

  constructor(private readonly sim: SimPool) {
    const { user, password } = sim.options;
    this.credentials = { user, password };
  }

  get count(): number {
    return this.sim.db.count('session');
  }

  create(user: string, originator: string, identity: Identity = LOCAL_ADMINISTRATOR): Row {
    const { db, clock } = this.sim;
    const session = db.create('session', {
      this_host: this.sim.master.ref,
      this_user: NULL_REF,
      last_active: compactDate(clock.now()),
      validation_time: compactDate(clock.now()),
      ...identity,
      auth_user_name: user,
      originator,
      pool: false,
    });
    this.lastUse.set(session.ref, clock.now());
    this.enforceCap(
      (other) => other.text('originator') === originator,
      originator === '' ? CAP_WITHOUT_ORIGINATOR : CAP_PER_ORIGINATOR,
    );
    if (!identity.is_local_superuser)
      this.enforceCap((other) => other.text('auth_user_sid') === identity.auth_user_sid, CAP_PER_USER);
    return session;
  }

  /** @throws XenFailure SESSION_INVALID */
  use(ref: string): Row {
    const session = this.sim.db.find('session', ref);
    if (session === undefined) throw new XenFailure('SESSION_INVALID', ref);
    const now = this.sim.clock.now();
    const before = this.lastUse.get(ref) ?? 0;
    this.lastUse.set(ref, now);
    if (now - before > ACTIVE_STEP_MS) this.sim.db.update(session, { last_active: compactDate(now) });
    return session;
  }

  /** Calls `listener` with the reference of each session that ends. */
  onEnd(listener: (session: string) => void): () => void {
    this.endListeners.add(listener);
    return () => this.endListeners.delete(listener);
  }

  end(session: Row): void {
    this.lastUse.delete(session.ref);
    this.sim.db.remove(session);
    for (const listener of this.endListeners) listener(session.ref);
  }

  endAll(): void {
    for (const session of this.sim.db.rows('session')) this.end(session);
  }

  /** Removes sessions idle for a day, except those a pending task belongs to. */
  sweep(): void {
    const limit = this.sim.clock.now() - IDLE_LIMIT_MS;
    for (const session of this.sim.db.rows('session')) {
      const pending = this.sim.db
        .follow('task', session.set('tasks'))
        .some((task) => task.text('status') === 'pending');
      if (!pending && (this.lastUse.get(session.ref) ?? 0) < limit) this.end(session);
    }
  }

  /** Checks name and password. @throws XenFailure SESSION_AUTHENTICATION_FAILED, SESSION_AUTHORIZATION_FAILED */
  authenticate(user: string, password: string): Identity {
    return identify(this.sim, this.credentials, user, password);
  }

  /** Changes the password of the local administrator, until the next start. @throws XenFailure if `before` is wrong */
  changePassword(before: string, after: string): void {
    const { user, password } = this.credentials;
    if (before !== password)
      throw new XenFailure('SESSION_AUTHENTICATION_FAILED', user, 'Authentication failure');
    this.credentials.password = after;
  }

  /** For HTTP handlers: a session by reference, or 401. */
  forHandler(ref: string | undefined): Row {
    const session = ref === undefined ? undefined : this.sim.db.find('session', ref);
    if (session === undefined) throw new HttpError(401);
    return session;
  }

  /** Ends the longest idle ones above the cap. */
  private enforceCap(belongs: (session: Row) => boolean, cap: number): void {
    const same = this.sim.db.rows('session').filter(belongs);
    if (same.length <= cap) return;
    same.sort((a, b) => (this.lastUse.get(a.ref) ?? 0) - (this.lastUse.get(b.ref) ?? 0));
    for (const session of same.slice(0, same.length - cap)) this.end(session);
  }
}
