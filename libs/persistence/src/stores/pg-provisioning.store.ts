/** What the engine reads and writes. One turn of the loop is one transaction, fenced by the pool's lease. */
import type { Fence, PoolId, ProvisioningStore, Turn, VsysId, VsysWork } from '@openvsys/vsys';
import type { Database } from '../database.js';
import { findWork } from './provisioning/find-work.js';
import { holdFence } from './provisioning/hold-fence.js';
import { OperationNotifier } from './provisioning/operation-notifier.js';
import { writeHoldings } from './provisioning/write-holdings.js';
import { writeIntents } from './provisioning/write-journal.js';
import { writeNewSpec } from './provisioning/write-new-spec.js';
import { writeNews } from './provisioning/write-news.js';
import { concernsOperations } from './provisioning/write-operations.js';
import { refuseContradiction, releaseWhatIsGone } from './provisioning/write-system.js';

/** In turns by organization: whoever has thousands to do must not fill the page before others are on it. */
const LIST_UNSETTLED = `
SELECT id FROM (
  SELECT id, changed_at, row_number() OVER (PARTITION BY organization_id ORDER BY changed_at, id) AS turn FROM vsys
  WHERE pool_id = $1 AND generation <> observed_generation AND parked IS NULL) AS unsettled
ORDER BY turn, changed_at, id LIMIT $2`;

const LIST_LIVE = `
SELECT id FROM vsys WHERE pool_id = $1 AND deleted_at IS NULL AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3`;

export class PgProvisioningStore implements ProvisioningStore {
  private readonly notifier: OperationNotifier;

  constructor(private readonly database: Database) {
    this.notifier = new OperationNotifier(database);
  }

  async findWork(vsys: VsysId): Promise<VsysWork | undefined> {
    return this.database.session((session) => findWork(session, vsys));
  }

  /**
   * May be repeated with the same turn after `unavailable`: what is written already is not written again.
   * Parts of the turn are written before a new spec, so a roll-back finds them as they are.
   */
  async commit(fence: Fence, turn: Turn): Promise<void> {
    refuseContradiction(turn);
    await this.database.transaction(async (session) => {
      const vsys = await holdFence(session, fence, turn.vsysId);
      await writeIntents(session, fence, turn);
      await writeNews(session, vsys, turn);
      await writeHoldings(session, vsys, turn);
      await releaseWhatIsGone(session, vsys, turn);
      await writeNewSpec(session, { organizationId: vsys.organizationId, poolId: fence.poolId }, vsys, turn);
    });
    if (concernsOperations(turn)) {
      this.notifier.tell(
        turn.vsysId,
        (turn.operations ?? []).map(({ id }) => id),
      );
    }
  }

  async listUnsettled(pool: PoolId, limit: number): Promise<readonly VsysId[]> {
    return this.database.session(async (session) => {
      const rows = await session.rows<{ id: VsysId }>(LIST_UNSETTLED, [pool, limit]);
      return rows.map(({ id }) => id);
    });
  }

  async listLive(pool: PoolId, after: VsysId | null, limit: number): Promise<readonly VsysId[]> {
    return this.database.session(async (session) => {
      const rows = await session.rows<{ id: VsysId }>(LIST_LIVE, [pool, after, limit]);
      return rows.map(({ id }) => id);
    });
  }
}
