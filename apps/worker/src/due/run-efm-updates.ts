/**
 * Carries updates of EFMs on: the next appliance is made anew when the one before is there and its fresh agent runs what is wanted
 * without a complaint. What does not come up in time ends the update; the appliances that are left serve on as they are.
 */
import {
  advanceUpdate,
  endUpdate,
  insertEvent,
  listSystemsInUpdate,
  lockRunningUpdates,
  readUpdateStep,
  type EfmUpdateRecord,
  type EfmUpdateStep,
  type LockedSystem,
  type Session,
} from '@openvsys/persistence';
import { assertAllowed, withFreshSystem, withImageOf, type VServerId, type VsysId } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { admitDue, attemptOrRefuse, BATCH, lockDue, type DueDatabase } from './admit-due.js';

/** Copying the disk, booting and the first report together take a few minutes on slow storage. */
const LONGEST_STEP_SECONDS = 1_800;
const FAILED: readonly string[] = ['failed', 'cancelled'];
const REACHED = 'succeeded';

export async function listUpdatedSystems(database: DueDatabase): Promise<readonly VsysId[]> {
  return database.session(async (session) => listSystemsInUpdate(session, BATCH));
}

/** Doing it again changes nothing. */
export async function runEfmUpdates(database: DueDatabase, id: VsysId, now: Date): Promise<void> {
  await attemptOrRefuse(
    database,
    async (session) =>
      carryOn(session, id, now, async (vsys, update, next) => renew(session, vsys, update, next, now)),
    async (session, reason) =>
      carryOn(session, id, now, async (_, update) => end(session, update, { reason, at: now })),
  );
}

type Renew = (vsys: LockedSystem, update: EfmUpdateRecord, next: VServerId) => Promise<void>;

async function carryOn(session: Session, id: VsysId, now: Date, renewNext: Renew): Promise<void> {
  const vsys = await lockDue(session, id);
  for (const update of await lockRunningUpdates(session, id)) {
    const step = await readUpdateStep(session, update.id);
    const present = update.appliances[update.position];
    const isThere =
      vsys?.spec.presence === 'present' && vsys.spec.servers.some((server) => server.id === present);
    const reason = isThere ? whyFailed(step) : 'The EFM is gone.';
    if (vsys === undefined || reason !== undefined) {
      await end(session, update, { reason: reason ?? 'The system is gone.', at: now });
    } else if (isReached(step)) {
      const next = update.appliances[update.position + 1];
      if (next === undefined) await end(session, update, { reason: null, at: now });
      else await renewNext(vsys, update, next);
    }
  }
}

const isReached = (step: EfmUpdateStep | undefined): boolean =>
  step?.operation === REACHED && step?.agent !== 'not-yet';

function whyFailed(step: EfmUpdateStep | undefined): string | undefined {
  if (FAILED.includes(step?.operation ?? ''))
    return 'The appliance could not be made anew; its operation says why.';
  if (isReached(step) || (step?.seconds ?? 0) < LONGEST_STEP_SECONDS) return undefined;
  return 'The fresh appliance did not report that it serves.';
}

/** Throws `conflict`, `quota-exceeded`. */
async function renew(
  session: Session,
  vsys: LockedSystem,
  update: EfmUpdateRecord,
  next: VServerId,
  now: Date,
): Promise<void> {
  assertAllowed('vsys', vsys.id, 'change', vsys.phase);
  const generation = vsys.generation + 1;
  const spec = withFreshSystem(withImageOf({ ...vsys.spec, generation }, next, update), next);
  await admitDue(session, vsys, { kind: 'efm.update', actor: `efm-update:${update.id}`, spec, at: now });
  await advanceUpdate(session, update.id, { position: update.position + 1, generation });
}

async function end(
  session: Session,
  update: EfmUpdateRecord,
  { reason, at }: { readonly reason: string | null; readonly at: Date },
): Promise<void> {
  const state = reason === null ? 'done' : 'failed';
  await endUpdate(session, update.id, { state, reason, at });
  const { organizationId, vsysId, efm, appliances, position } = update;
  await insertEvent(session, {
    id: uuidv7(),
    organizationId,
    vsysId,
    resource: appliances[position] ?? vsysId,
    type: 'efm.update',
    data: { efm, state, reason },
    at,
  });
}
