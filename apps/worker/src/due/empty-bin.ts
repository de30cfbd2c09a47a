/** Deletes systems for good whose time in the recycle bin is over. */
import { listPurgeable, setBinned } from '@openvsys/persistence';
import { absent, type VsysId } from '@openvsys/vsys';
import { admitDue, BATCH, lockDue, type DueDatabase } from './admit-due.js';

export async function listSystemsToPurge(database: DueDatabase, now: Date): Promise<readonly VsysId[]> {
  return database.session(async (session) => listPurgeable(session, now, BATCH));
}

/** Does nothing when it was restored meanwhile. Doing it again changes nothing. */
export async function purge(database: DueDatabase, id: VsysId, now: Date): Promise<void> {
  await database.transaction(async (session) => {
    const vsys = await lockDue(session, id);
    if (vsys === undefined || vsys.purgeAt === null || vsys.purgeAt > now) return;
    const spec = absent(vsys.spec);
    await admitDue(session, vsys, { kind: 'vsys.delete', actor: 'system:recycle-bin', spec, at: now });
    await setBinned(session, id, null);
  });
}
