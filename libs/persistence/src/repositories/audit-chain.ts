/**
 * Looks through the chains of the audit. What it finds:
 *
 *   changed   the entry is not what it was when it was written
 *   missing   an entry before this one was taken away or exchanged
 *   cut       entries at the end are gone, or the note of the end was changed
 *
 * Who can write to the database can write a whole chain anew; that shows only to somebody who kept a hash elsewhere, so
 * a kept hash (an anchor) can be looked for.
 */
import { DomainError, type Scope } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { Filter } from './reads/filter.js';

export interface ChainBreak {
  readonly kind: 'changed' | 'missing' | 'cut';
  /** Of the first entry that is wrong; for `cut` the last one that there is. */
  readonly position: number;
  readonly auditId: string | null;
}

export interface CheckedChain {
  /** Null: the provider's. */
  readonly organizationId: string | null;
  readonly entries: number;
  /** Hash of the last entry, lower-case hex. Kept elsewhere it proves later that nothing before it was changed. */
  readonly head: string;
  /** Where the anchor that was asked for is; null: not in this chain. */
  readonly anchorPosition: number | null;
  readonly broken: ChainBreak | null;
}

const PROVIDER = '00000000-0000-0000-0000-000000000000';
const FIRST_HASH = '00'.repeat(32);
/** Entries looked at by one statement: some tenths of a second. */
const BATCH = 20_000;

interface Head {
  readonly chain: string;
  readonly position: number;
  readonly hash: string;
}

interface Walked {
  readonly seen: number;
  readonly last: number | null;
  readonly lastId: string | null;
  readonly lastHash: string | null;
  readonly wrong: number | null;
  readonly wrongId: string | null;
  readonly wrongKind: 'changed' | 'missing' | null;
}

/** All chains of the scope, the provider's first, as they are at one moment. Has to begin its transaction. */
export async function checkAuditChains(
  session: Session,
  scope: Scope,
  anchor?: string,
): Promise<readonly CheckedChain[]> {
  await session.change('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  const where = new Filter().andWhen('c.chain = ?', scope.organizationId);
  const heads = await session.rows<Head>(
    `SELECT c.chain, coalesce(h.position, 0) AS position, coalesce(encode(h.hash, 'hex'), '${FIRST_HASH}') AS hash
       FROM (SELECT chain FROM audit_head UNION SELECT chain FROM audit) c LEFT JOIN audit_head h ON h.chain = c.chain
      WHERE ${where.text} ORDER BY c.chain`,
    where.parameters,
  );
  const checked: CheckedChain[] = [];
  for (const head of heads) checked.push(await checkChain(session, head, anchor));
  return checked;
}

async function checkChain(session: Session, head: Head, anchor: string | undefined): Promise<CheckedChain> {
  const { broken, entries } = await walk(session, head);
  return {
    organizationId: head.chain === PROVIDER ? null : head.chain,
    entries,
    head: head.hash,
    anchorPosition: anchor === undefined ? null : await findAnchor(session, head.chain, anchor),
    broken,
  };
}

async function walk(
  session: Session,
  head: Head,
): Promise<{ readonly broken: ChainBreak | null; readonly entries: number }> {
  let at = { position: 0, id: null as string | null, hash: FIRST_HASH };
  let entries = 0;
  for (;;) {
    const found = await walkBatch(session, head.chain, at);
    entries += found.seen;
    if (found.wrong !== null && found.wrongKind !== null)
      return { entries, broken: { kind: found.wrongKind, position: found.wrong, auditId: found.wrongId } };
    if (found.last !== null && found.lastHash !== null)
      at = { position: found.last, id: found.lastId, hash: found.lastHash };
    if (found.seen < BATCH) break;
  }
  const whole = at.position === head.position && at.hash === head.hash;
  return { entries, broken: whole ? null : { kind: 'cut', position: at.position, auditId: at.id } };
}

async function walkBatch(
  session: Session,
  chain: string,
  after: { readonly position: number; readonly hash: string },
): Promise<Walked> {
  const row = await session.first<Walked>(
    `WITH batch AS (
       SELECT a.id, a.position, a.hash, a.previous, sha256(a.previous || audit_content(a)) AS content_hash
       FROM audit a WHERE a.chain = $1 AND a.position > $2 ORDER BY a.position LIMIT ${BATCH}
     ), judged AS (
       SELECT b.*, CASE
           WHEN position <> coalesce(lag(position) OVER w, $2::bigint) + 1
             OR previous <> coalesce(lag(hash) OVER w, decode($3, 'hex')) THEN 'missing'
           WHEN hash <> content_hash THEN 'changed' END AS wrong
       FROM batch b WINDOW w AS (ORDER BY position)
     )
     SELECT count(*) AS seen, max(position) AS last,
       (array_agg(id::text ORDER BY position DESC))[1] AS "lastId",
       (array_agg(encode(hash, 'hex') ORDER BY position DESC))[1] AS "lastHash",
       min(position) FILTER (WHERE wrong IS NOT NULL) AS wrong,
       (array_agg(id::text ORDER BY position) FILTER (WHERE wrong IS NOT NULL))[1] AS "wrongId",
       (array_agg(wrong ORDER BY position) FILTER (WHERE wrong IS NOT NULL))[1] AS "wrongKind"
     FROM judged`,
    [chain, after.position, after.hash],
  );
  if (row === undefined) throw new DomainError('internal', 'An aggregate answered no row.');
  return row;
}

async function findAnchor(session: Session, chain: string, anchor: string): Promise<number | null> {
  const row = await session.first<{ position: number }>(
    `SELECT position FROM audit WHERE chain = $1 AND hash = decode($2, 'hex')`,
    [chain, anchor],
  );
  return row?.position ?? null;
}
