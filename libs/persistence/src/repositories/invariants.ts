/** Asks the database whether all holds that must hold. */
import type { Session } from '../session.js';
import { INVARIANTS, type Invariant } from './invariants/invariant-list.js';

export interface BrokenInvariant {
  /** What should hold, in words. */
  readonly invariant: string;
  readonly count: number;
  /** Id of one of them. */
  readonly example: string;
}

export interface CheckedInvariant extends Omit<Invariant, 'ids'> {
  /** How many things break it: 0 when all is well. */
  readonly count: number;
  /** Ids of some of them, ascending. */
  readonly examples: readonly string[];
}

/** Ids that are told of one breach; the rest has mostly the same cause. */
const MOST_EXAMPLES = 10;

/** Every invariant with what breaks it. Reads whole tables: for tests, demonstrations and an occasional audit. */
export async function checkInvariants(session: Session): Promise<readonly CheckedInvariant[]> {
  const checked: CheckedInvariant[] = [];
  for (const { ids, ...invariant } of INVARIANTS) {
    const row = await session.first<{ count: number; examples: readonly string[] | null }>(
      `SELECT count(*) AS count, (array_agg(broken.id ORDER BY broken.id))[1:${MOST_EXAMPLES}] AS examples
         FROM (${ids}) AS broken`,
    );
    checked.push({ ...invariant, count: row?.count ?? 0, examples: row?.examples ?? [] });
  }
  return checked;
}

export interface Breach {
  /** Name of the invariant. */
  readonly name: string;
  readonly examples: readonly string[];
}

const BREACHES = INVARIANTS.map(
  ({ name, ids }) =>
    `SELECT '${name}' AS name, (array_agg(broken.id ORDER BY broken.id))[1:${MOST_EXAMPLES}] AS examples
       FROM (${ids}) AS broken HAVING count(*) > 0`,
).join(' UNION ALL ');

/**
 * What is broken, asked in one statement: for those who ask again and again, as a simulation does. An audit asks one check
 * after the other, so that a slow one does not keep the database from everybody else.
 */
export async function listBreaches(session: Session): Promise<readonly Breach[]> {
  return await session.rows<Breach>(BREACHES);
}

/** Empty when all is well. */
export async function listBrokenInvariants(session: Session): Promise<readonly BrokenInvariant[]> {
  return (await checkInvariants(session)).flatMap(({ statement, count, examples: [example] }) =>
    example === undefined ? [] : [{ invariant: statement, count, example }],
  );
}
