/**
 * Packet captures of appliances.
 *
 *   waiting ──agent asks──► running ──agent sends──► done ──fetched once──► done, without packets
 *                              └── agent says why not, or says nothing in time ──► failed
 *
 * All of them are forgotten a day after they were asked for. Times are PostgreSQL's: they bound what real packets and people do,
 * which a metered time that runs faster does not.
 */
import { DomainError, type VServerId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface CaptureWish {
  /** Of the appliance: `uplink` or `eth<device>`. */
  readonly interface: string;
  /** VNet or `internet`. */
  readonly zone: string;
  readonly seconds: number;
  readonly maxBytes: number;
  readonly bytesPerPacket: number;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | null;
  /** IPv4 address of either end. */
  readonly host: string | null;
  /** Of either end. */
  readonly port: number | null;
}

export interface EfmCaptureRecord {
  readonly id: string;
  readonly requestedBy: string;
  readonly wish: CaptureWish;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: string | null;
  readonly size: number | null;
  readonly fetchedAt: Date | null;
}

/** Captures of an EFM that are not finished: an appliance does one at a time. */
const UNFINISHED_LIMIT = 5;
/** Of an EFM; more are refused until a day is over or some were removed. */
const KEPT_LIMIT = 20;
const KEPT = `interval '1 day'`;
/** An agent that was told of a capture sends it this long after its end at the latest. */
const GRACE_SECONDS = 60;

const COLUMNS = `id, requested_by AS "requestedBy", wish, state, created_at AS "createdAt", started_at AS "startedAt",
  finished_at AS "finishedAt", error, size, fetched_at AS "fetchedAt"`;

/** Ends what an agent left lying, and forgets what is old. */
export async function tidyEfmCaptures(session: Session): Promise<void> {
  await session.change(`DELETE FROM efm_capture WHERE created_at < now() - ${KEPT}`);
  await session.change(
    `UPDATE efm_capture SET state = 'failed', finished_at = now(), error = 'The appliance did not send anything in time.'
     WHERE state = 'running' AND started_at < now() - make_interval(secs => (wish->>'seconds')::integer + ${GRACE_SECONDS})`,
  );
}

/** Wakes the agent. Throws `rate-limited` when too many of the EFM are there. */
export async function insertEfmCapture(
  session: Session,
  capture: Pick<EfmCaptureRecord, 'id' | 'requestedBy' | 'wish'> & { readonly vserverId: VServerId },
): Promise<void> {
  await tidyEfmCaptures(session);
  // The row of the server is locked, so that two callers do not both see room for one more.
  await session.first('SELECT id FROM vserver WHERE id = $1 FOR NO KEY UPDATE', [capture.vserverId]);
  const count = await session.first<{ all: number; unfinished: number }>(
    `SELECT count(*)::integer AS all, (count(*) FILTER (WHERE state IN ('waiting', 'running')))::integer AS unfinished
     FROM efm_capture WHERE vserver_id = $1`,
    [capture.vserverId],
  );
  if ((count?.unfinished ?? 0) >= UNFINISHED_LIMIT || (count?.all ?? 0) >= KEPT_LIMIT) {
    throw new DomainError('rate-limited', 'The EFM has too many captures.', {
      remedy: 'Remove captures that you do not need any more, or wait until they are done.',
      details: { ...count, unfinishedLimit: UNFINISHED_LIMIT, limit: KEPT_LIMIT },
    });
  }
  await session.change(
    `INSERT INTO efm_capture (id, vserver_id, requested_by, wish, created_at) VALUES ($1, $2, $3, $4::jsonb, now())`,
    [capture.id, capture.vserverId, capture.requestedBy, JSON.stringify(capture.wish)],
  );
  await session.notify('openvsys_efm', capture.vserverId);
}

/** Newest first. The caller has seen that the EFM is the caller's; also for all of the following that take its id. */
export async function listEfmCaptures(session: Session, id: VServerId): Promise<EfmCaptureRecord[]> {
  await tidyEfmCaptures(session);
  return session.rows<EfmCaptureRecord>(
    `SELECT ${COLUMNS} FROM efm_capture WHERE vserver_id = $1 ORDER BY created_at DESC, id DESC`,
    [id],
  );
}

/** Throws `not-found`. */
export async function getEfmCapture(
  session: Session,
  id: VServerId,
  capture: string,
): Promise<EfmCaptureRecord> {
  const found = await session.first<EfmCaptureRecord>(
    `SELECT ${COLUMNS} FROM efm_capture WHERE vserver_id = $1 AND id = $2::uuid`,
    [id, capture],
  );
  if (found !== undefined) return found;
  throw new DomainError('not-found', 'The EFM has no such capture.', {
    remedy: 'Captures are forgotten a day after they were asked for.',
  });
}

/** The packets, once. Throws `not-found`, and `conflict` when it is not done or was fetched before. */
export async function takeEfmCapture(session: Session, id: VServerId, capture: string): Promise<Buffer> {
  const row = await session.first<{ content: Buffer | null }>(
    `WITH present AS (SELECT id, content FROM efm_capture WHERE vserver_id = $1 AND id = $2::uuid FOR UPDATE)
     UPDATE efm_capture c SET content = NULL, fetched_at = now() FROM present p
     WHERE c.id = p.id AND p.content IS NOT NULL RETURNING p.content`,
    [id, capture],
  );
  if (row?.content) return row.content;
  const { state, fetchedAt } = await getEfmCapture(session, id, capture);
  const isGone = fetchedAt !== null;
  throw new DomainError(
    'conflict',
    isGone ? 'The packets were fetched before.' : `The capture is ${state}.`,
    {
      retry: isGone || state === 'failed' ? 'never' : 'same',
      remedy: isGone ? 'Packets can be fetched once; ask for another capture.' : 'Wait until it is done.',
      details: { state, fetchedAt: fetchedAt?.toISOString() ?? null },
    },
  );
}

/** Throws `not-found`. */
export async function removeEfmCapture(session: Session, id: VServerId, capture: string): Promise<void> {
  await getEfmCapture(session, id, capture);
  await session.change('DELETE FROM efm_capture WHERE vserver_id = $1 AND id = $2::uuid', [id, capture]);
}

/** The agent takes what waits; each goes to one start of it only. */
export async function startEfmCaptures(
  session: Session,
  id: VServerId,
): Promise<Pick<EfmCaptureRecord, 'id' | 'wish'>[]> {
  return session.rows(
    `UPDATE efm_capture SET state = 'running', started_at = now()
     WHERE vserver_id = $1 AND state = 'waiting' RETURNING id, wish`,
    [id],
  );
}

/** What the agent made of it. One that nobody waits for any more is thrown away. */
export async function finishEfmCapture(
  session: Session,
  id: VServerId,
  capture: string,
  result: { readonly content: Buffer } | { readonly error: string },
): Promise<void> {
  const content = 'content' in result ? result.content : null;
  const error = 'error' in result ? result.error : null;
  await session.change(
    `UPDATE efm_capture SET state = CASE WHEN $3::bytea IS NULL THEN 'failed' ELSE 'done' END, content = $3::bytea,
       size = length($3::bytea), error = $4, finished_at = now()
     WHERE vserver_id = $1 AND id = $2::uuid AND state = 'running'`,
    [id, capture, content, error],
  );
}
