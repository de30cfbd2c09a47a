/** Questions that an auditor asks the database: what is reserved, what is metered, what is still under way. */
import { checkAuditChains, listBrokenInvariants, type Database } from '@openvsys/persistence';
import { Scope } from '@openvsys/vsys';

export interface Ledger {
  /** Addresses, VLANs, MACs and sizes that are still taken. */
  readonly reserved: number;
  readonly openIntervals: number;
  readonly activeOperations: number;
  readonly openActions: number;
  readonly brokenInvariants: readonly string[];
}

const RESERVED = `
SELECT (SELECT count(*) FROM vserver WHERE released_at IS NULL) + (SELECT count(*) FROM vdisk WHERE released_at IS NULL)
  + (SELECT count(*) FROM vnet WHERE released_at IS NULL) + (SELECT count(*) FROM nic WHERE released_at IS NULL)
  + (SELECT count(*) FROM public_ip WHERE released_at IS NULL) + (SELECT count(*) FROM snapshot WHERE released_at IS NULL)
  + (SELECT count(*) FROM backup WHERE released_at IS NULL)
  + (SELECT count(*) FROM public_address WHERE vsys_id IS NOT NULL) AS n`;

/** Part and dimension of everything that was ever metered although no step ever made it. */
const CHARGED_FOR_NOTHING = `
SELECT DISTINCT u.resource || ' ' || u.dimension AS id FROM usage_interval u
WHERE u.vsys_id = $1 AND u.dimension <> 'public-ip' AND NOT EXISTS (
  SELECT 1 FROM action a WHERE a.part = u.resource AND a.vsys_id = u.vsys_id AND a.outcome = 'done'
    AND a.kind IN ('vserver.clone', 'vserver.configure', 'vserver.start', 'vdisk.create', 'snapshot.create',
      'backup.create', 'disk.fill'))`;

const AUDITOR = Scope.of({ actor: 'auditor', organizationId: null, roles: ['provider-admin'], vdcIds: null });

async function listBrokenChains(database: Database): Promise<readonly string[]> {
  const chains = await database.transaction(async (session) => checkAuditChains(session, AUDITOR));
  return chains.flatMap(({ organizationId, broken }) =>
    broken === null ? [] : [`audit of ${organizationId ?? 'the provider'}: ${broken.kind}`],
  );
}

export async function readLedger(database: Database): Promise<Ledger> {
  const brokenChains = await listBrokenChains(database);
  return database.session(async (session) => {
    const count = async (sql: string) => (await session.first<{ n: number }>(sql))?.n ?? 0;
    const broken = await listBrokenInvariants(session);
    return {
      reserved: await count(RESERVED),
      openIntervals: await count('SELECT count(*) AS n FROM usage_interval WHERE ended_at IS NULL'),
      activeOperations: await count(
        `SELECT count(*) AS n FROM operation WHERE state IN ('queued', 'running', 'rolling-back')`,
      ),
      openActions: await count('SELECT count(*) AS n FROM action WHERE outcome IS NULL'),
      brokenInvariants: [
        ...broken.map(({ invariant, example }) => `${invariant}: ${example}`),
        ...brokenChains,
      ],
    };
  });
}

export async function listChargedForNothing(database: Database, vsysId: string): Promise<readonly string[]> {
  const rows = await database.session(async (session) =>
    session.rows<{ id: string }>(CHARGED_FOR_NOTHING, [vsysId]),
  );
  return rows.map(({ id }) => id);
}

/** Steps of a VSYS that were finished so far. */
export async function countDoneSteps(database: Database, vsysId: string): Promise<number> {
  const row = await database.session(async (session) =>
    session.first<{ n: number }>(
      `SELECT count(*)::int AS n FROM action WHERE vsys_id = $1 AND outcome = 'done'`,
      [vsysId],
    ),
  );
  return row?.n ?? 0;
}

/** Dimensions that are being metered for a VSYS now, as `<resource> <dimension>`. */
export async function listOpenIntervals(database: Database, vsysId: string): Promise<readonly string[]> {
  const rows = await database.session(async (session) =>
    session.rows<{ id: string }>(
      `SELECT resource || ' ' || dimension AS id FROM usage_interval WHERE vsys_id = $1 AND ended_at IS NULL ORDER BY 1`,
      [vsysId],
    ),
  );
  return rows.map(({ id }) => id);
}

/** Grows with each change of the owner of the only pool, also when a restarted worker follows its killed self. */
export async function leaseEpoch(database: Database): Promise<number> {
  const pool = await database.session(async (session) =>
    session.first<{ epoch: number }>('SELECT lease_epoch AS epoch FROM pool'),
  );
  if (pool === undefined) throw new Error('there is no pool');
  return pool.epoch;
}
