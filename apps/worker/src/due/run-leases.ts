/** Tells of leases that end soon, and stops or deletes systems whose lease is over: each step once. */
import {
  findLease,
  getBinHours,
  insertEvent,
  listLeased,
  setBinned,
  setLeaseStep,
  type LeaseDue,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import { assertAllowed, dueOfLease, farewellOf, withPowerOfAll, type VsysId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { admitDue, attemptOrRefuse, BATCH, lockDue, type DueDatabase } from './admit-due.js';

type Due = NonNullable<ReturnType<typeof dueOfLease>>['due'];
type Act = (vsys: LockedSystem, due: Due) => Promise<object>;

/** Who asks. */
const ACTOR = 'system:lease';

export async function listSystemsWithLeases(database: DueDatabase, now: Date): Promise<readonly VsysId[]> {
  return database.session(async (session) => listLeased(session, now, BATCH));
}

/** What is due of one system. Doing it again changes nothing. */
export async function runLease(database: DueDatabase, id: VsysId, now: Date): Promise<void> {
  await attemptOrRefuse(
    database,
    async (session) => settle(session, id, now, async (vsys, due) => perform(session, vsys, due, now)),
    async (session, reason) => settle(session, id, now, async () => ({ refused: reason })),
  );
}

async function settle(session: Session, id: VsysId, now: Date, act: Act): Promise<void> {
  const vsys = await lockDue(session, id);
  const lease = vsys && (await findLease(session, id));
  if (vsys === undefined || lease === undefined) return;
  const next = dueOfLease(lease, lease.reached, { now, isProtected: lease.isProtected });
  if (next === undefined) return;
  await setLeaseStep(session, id, next.step);
  // What is in the bin or being deleted is on its way already.
  if (vsys.purgeAt !== null || vsys.spec.presence === 'absent') return;
  const outcome = await act(vsys, next.due);
  await tell(session, vsys, {
    type: next.due === 'warn' ? 'vsys.expires-soon' : 'vsys.expired',
    lease,
    outcome,
    now,
  });
}

/** Throws `conflict`, `quota-exceeded`. */
async function perform(session: Session, vsys: LockedSystem, due: Due, now: Date): Promise<object> {
  if (due === 'warn') return {};
  assertAllowed('vsys', vsys.id, due, vsys.phase);
  if (due === 'stop') {
    if (vsys.spec.servers.every(({ power }) => power === 'stopped')) return { done: 'stop' };
    const spec = withPowerOfAll(vsys.spec, 'stopped');
    return {
      done: due,
      operation: await admitDue(session, vsys, { kind: 'vsys.stop', actor: ACTOR, spec, at: now }),
    };
  }
  const { kind, spec, bin } = farewellOf(vsys.spec, await getBinHours(session, vsys.vdcId), now);
  const operation = await admitDue(session, vsys, { kind, actor: ACTOR, spec, at: now });
  await setBinned(session, vsys.id, bin ?? null);
  return { done: due, operation, binnedUntil: bin?.purgeAt ?? null };
}

interface News {
  readonly type: string;
  readonly lease: LeaseDue;
  readonly outcome: object;
  readonly now: Date;
}

async function tell(
  session: Session,
  vsys: LockedSystem,
  { type, lease, outcome, now }: News,
): Promise<void> {
  const { expiresAt, action, isProtected } = lease;
  await insertEvent(session, {
    id: uuidv7(),
    organizationId: vsys.organizationId,
    vsysId: vsys.id,
    resource: vsys.id,
    type,
    data: { expiresAt, action, protected: isProtected, ...outcome },
    at: now,
  });
}
