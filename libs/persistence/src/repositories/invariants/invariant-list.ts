/**
 * What must hold at any moment between transactions, each with what its breach means and what to do then. A breach is a
 * defect of ours; the first one names it before anybody sees its consequences.
 */

import { MONEY_INVARIANTS } from './money-invariants.js';

export interface Invariant {
  /** Short and stable. */
  readonly name: string;
  /** What should hold, in words. */
  readonly statement: string;
  /** What it means for tenants or the provider when it does not. */
  readonly explanation: string;
  /** Steps, in order. */
  readonly repair: readonly string[];
  /** Gives the ids, as text in the column `id`, of what breaks it. */
  readonly ids: string;
}

export const INVARIANTS: readonly Invariant[] = [
  {
    name: 'deleted-holds-nothing',
    statement: 'a deleted VSYS holds no part',
    explanation:
      'Addresses, VLANs, MACs and sizes of a system that is gone stay reserved: they count in quotas and cannot be given to others.',
    repair: [
      'Look at what came last: `vsysctl operations list --vsys ID`.',
      'Look for objects that are left in the pool: `vsysctl pools orphans POOL --fresh`, and remove them.',
      'Restart the worker that owns the pool; it releases what it does not find any more.',
      'If it stays, report it as a defect with the ids and a copy of these rows.',
    ],
    ids: `SELECT p.id FROM vsys v JOIN (
       SELECT id, vsys_id FROM vserver WHERE released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM vdisk WHERE released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM vnet WHERE released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM nic WHERE released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM public_ip WHERE released_at IS NULL) p ON p.vsys_id = v.id
     WHERE v.deleted_at IS NOT NULL`,
  },
  {
    name: 'unwanted-is-released',
    statement: 'a VSYS that is as wanted holds no part that is not wanted any more',
    explanation:
      'Addresses, VLANs, MACs and sizes of parts that were given up stay reserved: they count in quotas and cannot be given to others.',
    repair: [
      'Look for objects that are left in the pool: `vsysctl pools orphans POOL --fresh`.',
      'Ask for the same design again: `vsysctl vsys change ID` makes the worker look at all parts anew.',
      'If it stays, report it as a defect with the ids and a copy of these rows.',
    ],
    ids: `SELECT p.id FROM vsys v JOIN (
       SELECT id, vsys_id FROM vserver WHERE NOT wanted AND released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM vdisk WHERE NOT wanted AND released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM vnet WHERE NOT wanted AND released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM nic WHERE NOT wanted AND released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM public_ip WHERE NOT wanted AND released_at IS NULL
       UNION ALL SELECT id, vsys_id FROM snapshot WHERE NOT wanted AND released_at IS NULL) p ON p.vsys_id = v.id
     WHERE v.deleted_at IS NULL AND v.generation = v.observed_generation`,
  },
  {
    name: 'addresses-have-owners',
    statement: 'a taken public address belongs to a held public IP, and each held public IP has its address',
    explanation:
      'An address is lost to everybody, or a system believes it has an address that may be given to another one.',
    repair: [
      'Show the system: `vsysctl vsys show ID`.',
      'Remove the public IP from the descriptor of the system and add it again: it gets an address anew.',
      'Report it as a defect: both are written in one transaction.',
    ],
    ids: `SELECT coalesce(p.id, host(a.address)) AS id FROM (SELECT * FROM public_address WHERE vsys_id IS NOT NULL) a
     FULL JOIN (SELECT * FROM public_ip WHERE released_at IS NULL) p
       ON p.id = a.public_ip_id AND p.address = a.address AND p.vsys_id = a.vsys_id
     WHERE a.address IS NULL OR p.id IS NULL`,
  },
  {
    name: 'allocations-have-addresses',
    statement: 'each allocated address is marked as the VDC\u2019s, and no other one is',
    explanation: 'An address that a VDC pays for may be given to somebody else, or one is lost to everybody.',
    repair: [
      'List the addresses of the VDC: `vsysctl ips list`.',
      'Report it as a defect: both are written in one transaction.',
    ],
    ids: `SELECT coalesce(a.id::text, host(p.address)) AS id
     FROM (SELECT * FROM allocated_address WHERE released_at IS NULL) a
     FULL JOIN (SELECT * FROM public_address WHERE allocation_id IS NOT NULL) p
       ON p.allocation_id = a.id AND p.address = a.address
     WHERE a.id IS NULL OR p.address IS NULL`,
  },
  {
    name: 'gone-is-not-metered',
    statement: 'nothing is metered that is gone',
    explanation: 'A tenant is billed for something that does not exist any more.',
    repair: [
      'Do not close the month of the organization before this is repaired.',
      'Note the resource and since when it is gone: `vsysctl usage --vsys ID --group-by resource`.',
      'Correct what was billed already by an adjustment.',
      'Report it as a defect: interval and state are written in one transaction.',
    ],
    ids: `SELECT u.id::text AS id FROM usage_interval u JOIN (
       SELECT id FROM vserver WHERE gone_at IS NOT NULL UNION ALL SELECT id FROM vdisk WHERE gone_at IS NOT NULL
       UNION ALL SELECT id FROM public_ip WHERE gone_at IS NOT NULL
       UNION ALL SELECT id::text FROM allocated_address WHERE released_at IS NOT NULL
       UNION ALL SELECT id FROM backup WHERE gone_at IS NOT NULL) p ON p.id = u.resource
     WHERE u.ended_at IS NULL`,
  },
  {
    name: 'metered-once',
    statement: 'intervals of one resource and dimension never overlap',
    explanation: 'The same seconds of one thing are metered twice.',
    repair: [
      'Do not close the month of the organization before this is repaired.',
      'Compare the intervals of the resource with its events: `vsysctl usage --group-by resource`.',
      'Correct what was billed already by an adjustment, and report it as a defect.',
    ],
    ids: `SELECT id::text AS id FROM (
       SELECT id, started_at, max(coalesce(ended_at, 'infinity')) OVER (PARTITION BY resource, dimension
         ORDER BY started_at, ended_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
       FROM usage_interval WHERE ended_at IS NULL OR ended_at > started_at) u
     WHERE started_at < before`,
  },
  {
    name: 'operations-have-systems',
    statement: 'an operation that has not ended belongs to a live VSYS',
    explanation: 'Nobody works for the operation any more, and who waits for it waits for ever.',
    repair: [
      'Tell who waits: `vsysctl operations show ID` names the caller.',
      'Cancel it: `vsysctl operations cancel ID`.',
      'If that is refused, report it as a defect.',
    ],
    ids: `SELECT o.id::text AS id FROM operation o JOIN vsys v ON v.id = o.vsys_id
     WHERE o.state IN ('queued', 'running', 'rolling-back') AND v.deleted_at IS NOT NULL
       AND v.generation = v.observed_generation`,
  },
  {
    name: 'operations-are-reachable',
    statement: 'an operation that has not ended can still be reached',
    explanation: 'The operation waits for a generation that the system does not have, so it never ends.',
    repair: [
      'Cancel it: `vsysctl operations cancel ID`.',
      'Ask for the change again: `vsysctl vsys change ID`.',
      'Report it as a defect.',
    ],
    ids: `SELECT o.id::text AS id FROM operation o JOIN vsys v ON v.id = o.vsys_id
     WHERE o.state IN ('queued', 'running', 'rolling-back') AND o.generation > v.generation`,
  },
  {
    name: 'intents-are-settled',
    statement: 'no intent is left open on a deleted VSYS',
    explanation:
      'A call to the pool may have happened of which nobody knows the outcome, so an object may be left over.',
    repair: [
      'Look for left-over objects: `vsysctl pools orphans POOL --fresh`, and remove them.',
      'Report it as a defect: a system is deleted only when all its intents are settled.',
    ],
    ids: `SELECT a.id::text AS id FROM action a JOIN vsys v ON v.id = a.vsys_id
     WHERE a.outcome IS NULL AND v.deleted_at IS NOT NULL AND v.generation = v.observed_generation`,
  },
  {
    name: 'specs-are-stored',
    statement: 'the newest spec of a VSYS is stored',
    explanation: 'Nobody knows what the system should be, so it is not worked on.',
    repair: [
      'Do not change the system.',
      'Restore the row of the generation from a backup of the database.',
      'Report it as a defect: both are written in one transaction.',
    ],
    ids: `SELECT v.id FROM vsys v LEFT JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation
     WHERE g.vsys_id IS NULL`,
  },
  {
    name: 'parts-match-specs',
    statement: 'wanted servers are those of the newest spec',
    explanation: 'Quotas and capacity count other servers than those that are made.',
    repair: [
      'Ask for the same design again: `vsysctl vsys change ID` writes the rows of all parts anew.',
      'Report it as a defect if it comes back.',
    ],
    ids: `SELECT coalesce(s.id, w.id) AS id
     FROM (SELECT s->>'id' AS id FROM vsys v JOIN vsys_generation g ON g.vsys_id = v.id AND g.generation = v.generation,
         jsonb_array_elements(g.spec->'servers') s
         WHERE g.spec->>'presence' = 'present' AND v.deleted_at IS NULL) s
     FULL JOIN (SELECT p.id FROM vserver p WHERE p.wanted) w ON w.id = s.id
     WHERE s.id IS NULL OR w.id IS NULL`,
  },
  {
    name: 'ended-operations-say-when',
    statement: 'an operation that has ended says when, and none that goes on does',
    explanation: 'How long operations take is told wrongly, and somebody may wait for what has ended.',
    repair: [
      'Resume or cancel it: `vsysctl operations show ID` shows how it stands.',
      'Report it as a defect.',
    ],
    ids: `SELECT id::text AS id FROM operation
     WHERE (state IN ('succeeded', 'failed', 'cancelled')) <> (finished_at IS NOT NULL)`,
  },
  {
    name: 'tokens-stay-at-home',
    statement: 'a token of a user belongs to the organization of the user',
    explanation: 'Somebody may act for an organization that is not theirs.',
    repair: [
      'Revoke it at once: `vsysctl tokens revoke ID`.',
      'See what was done with it: `vsysctl audit list --actor user:ID`.',
      'Report it as a defect.',
    ],
    ids: `SELECT t.id::text AS id FROM api_token t JOIN user_account u ON u.id = t.user_id
     WHERE t.organization_id IS DISTINCT FROM u.organization_id`,
  },
  ...MONEY_INVARIANTS,
];
