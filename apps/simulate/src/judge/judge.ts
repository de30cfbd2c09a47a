/** Looks for what must never be: in the pool at every instant, in the database between transactions. */
import { listBreaches } from '@openvsys/persistence';
import { asDomainError } from '@openvsys/vsys';
import type { InProcessPool } from '@openvsys/xcp-sim';
import type { Installation } from '../world/installation.js';
import type { RunLog } from '../world/run-log.js';
import { isOurs, type PoolRow } from './pool-rows.js';

/** Things that a worker finds out and sets right within a moment; looked at again at the end. */
export class Judge {
  /** Who owns the pool, as of the last look. */
  owner: string | null = null;
  operations = 0;
  readonly #foreign: readonly string[];

  constructor(
    private readonly installation: Installation,
    private readonly sim: InProcessPool,
    private readonly log: RunLog,
  ) {
    this.#foreign = this.#listForeign();
  }

  /** Two servers with one name, a foreign object that is gone, a defect of the simulator. */
  lookAtPool(): void {
    const { pool } = this.sim;
    const names = new Set<string>();
    for (const vm of pool.db.rows('VM')) {
      if (!isOurs(vm) || vm.bool('is_a_snapshot')) continue;
      const name = vm.text('name_label');
      if (names.has(name)) this.log.violate(`two servers are ${name}`);
      names.add(name);
    }
    for (const crash of pool.crashes) this.log.violate(`the simulator crashed: ${String(crash)}`);
  }

  lookAtForeign(): void {
    const now = this.#listForeign();
    if (now.join() !== this.#foreign.join()) this.log.violate('objects of others were changed');
  }

  /** Nothing while the database is away: nobody can look then. */
  async lookAtDatabase(): Promise<void> {
    try {
      await this.installation.judge.session(async (session) => {
        for (const { name, examples } of await listBreaches(session))
          this.log.violate(`invariant ${name}: ${examples.join(', ')}`);
        const row = await session.first<{ owner: string | null; operations: number }>(
          `SELECT (SELECT lease_owner FROM pool LIMIT 1) AS owner, (SELECT count(*) FROM operation)::int AS operations`,
        );
        this.owner = row?.owner ?? null;
        this.operations = row?.operations ?? 0;
      });
    } catch (error) {
      const { code, message } = asDomainError(error);
      if (code !== 'unavailable') this.log.violate(`the judge cannot look: ${message}`);
    }
  }

  #listForeign(): readonly string[] {
    const { pool } = this.sim;
    return ['VM', 'VDI', 'network'].flatMap((cls) =>
      pool.db
        .rows(cls)
        .filter(isForeign)
        .map((row) => `${cls} ${row.ref} ${JSON.stringify(row.get('power_state'))}`),
    );
  }
}

/** Disks that the pool itself keeps are neither ours nor anybody's. */
function isForeign(row: PoolRow): boolean {
  return !isOurs(row) && row.get('managed') !== false && row.get('type') !== 'suspend';
}
