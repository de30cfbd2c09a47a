/**
 * Questions to the database whose answer must be “nothing”, at any moment between transactions. The first broken one
 * names a defect of ours before anybody sees its consequences.
 */
import type { Session } from '../session.js';

export interface BrokenInvariant {
  /** What should hold, in words. */
  readonly invariant: string;
  readonly count: number;
  /** Id of one of them. */
  readonly example: string;
}

/** Each statement gives the ids of what breaks the rule. */
const INVARIANTS: readonly (readonly [invariant: string, ids: string])[] = [
  [
    'a deleted VSYS holds no part',
    `SELECT p.id FROM vsys v JOIN (
       SELECT id, vsys_id FROM vserver WHERE released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM vdisk WHERE released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM vnet WHERE released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM nic WHERE released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM public_ip WHERE released_at IS NULL) p ON p.vsys_id = v.id
     WHERE v.deleted_at IS NOT NULL`,
  ],
  [
    'a taken public address belongs to a held public IP, and each held public IP has its address',
    `SELECT coalesce(p.id, host(a.address)) AS id FROM (SELECT * FROM public_address WHERE vsys_id IS NOT NULL) a
     FULL JOIN (SELECT * FROM public_ip WHERE released_at IS NULL) p
       ON p.id = a.public_ip_id AND p.address = a.address AND p.vsys_id = a.vsys_id
     WHERE a.address IS NULL OR p.id IS NULL`,
  ],
  [
    'nothing is metered that is gone',
    `SELECT u.id::text AS id FROM usage_interval u JOIN (
       SELECT id FROM vserver WHERE gone_at IS NOT NULL UNION ALL SELECT id FROM vdisk WHERE gone_at IS NOT NULL
       UNION ALL SELECT id FROM public_ip WHERE gone_at IS NOT NULL) p ON p.id = u.resource
     WHERE u.ended_at IS NULL`,
  ],
  [
    'intervals of one resource and dimension never overlap',
    `SELECT id::text AS id FROM (
       SELECT id, started_at, max(coalesce(ended_at, 'infinity')) OVER (PARTITION BY resource, dimension
         ORDER BY started_at, ended_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
       FROM usage_interval WHERE ended_at IS NULL OR ended_at > started_at) u
     WHERE started_at < before`,
  ],
  [
    'an operation that has not ended belongs to a live VSYS',
    `SELECT o.id::text AS id FROM operation o JOIN vsys v ON v.id = o.vsys_id
     WHERE o.state IN ('queued', 'running', 'rolling-back') AND v.deleted_at IS NOT NULL`,
  ],
  [
    'an operation that has not ended can still be reached',
    `SELECT o.id::text AS id FROM operation o JOIN vsys v ON v.id = o.vsys_id
     WHERE o.state IN ('queued', 'running', 'rolling-back') AND o.generation > v.generation`,
  ],
  [
    'no intent is left open on a deleted VSYS',
    `SELECT a.id::text AS id FROM action a JOIN vsys v ON v.id = a.vsys_id
     WHERE a.outcome IS NULL AND v.deleted_at IS NOT NULL`,
  ],
  [
    'the newest spec of a VSYS is stored',
    `SELECT v.id FROM vsys v LEFT JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
     WHERE g.vsys_id IS NULL`,
  ],
  [
    'wanted servers are those of the newest spec',
    `SELECT coalesce(s.id, w.id) AS id
     FROM (SELECT s->>'id' AS id FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation,
         jsonb_array_elements(g.spec->'servers') s
         WHERE g.spec->>'presence' = 'present' AND v.deleted_at IS NULL) s
     FULL JOIN (SELECT p.id FROM vserver p WHERE p.wanted) w ON w.id = s.id
     WHERE s.id IS NULL OR w.id IS NULL`,
  ],
];

/** Empty when all is well. Reads whole tables: for tests, demonstrations and an occasional audit. */
export async function listBrokenInvariants(session: Session): Promise<readonly BrokenInvariant[]> {
  const broken: BrokenInvariant[] = [];
  for (const [invariant, ids] of INVARIANTS) {
    const row = await session.first<{ count: number; example: string | null }>(
      `SELECT count(*) AS count, min(broken.id) AS example FROM (${ids}) AS broken`,
    );
    if (row !== undefined && row.example !== null)
      broken.push({ invariant, count: row.count, example: row.example });
  }
  return broken;
}
