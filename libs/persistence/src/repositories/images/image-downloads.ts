/** One-time links to contents that were taken out of a pool, and what is to stay in the spool folder. */
import { createHash } from 'node:crypto';
import { DomainError, type OrganizationId } from '@openvsys/vsys';
import type { Session } from '../../session.js';

export interface NewDownload {
  readonly id: string;
  readonly organizationId: OrganizationId | null;
  readonly operationId: string;
  readonly file: string;
  readonly filename: string;
  readonly maxBytes: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();

export async function insertDownload(session: Session, download: NewDownload, secret: string): Promise<void> {
  const { id, organizationId, operationId, file, filename, maxBytes, createdAt, expiresAt } = download;
  await session.change(
    `INSERT INTO image_download (id, organization_id, operation_id, file, filename, max_bytes, hash, state, created_at,
       expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'making', $8, $9)`,
    [id, organizationId, operationId, file, filename, maxBytes, hashOf(secret), createdAt, expiresAt],
  );
}

export interface TakenDownload {
  readonly file: string;
  readonly filename: string;
  readonly bytes: number;
}

/** Ends the link. Throws `not-found` for one that does not exist or was used, `conflict` while it is being made. */
export async function takeDownload(session: Session, secret: string, at: Date): Promise<TakenDownload> {
  const found = await session.first<TakenDownload & { readonly state: string }>(
    `SELECT file, filename, bytes, state FROM image_download WHERE hash = $1 AND expires_at > $2 FOR UPDATE`,
    [hashOf(secret), at],
  );
  if (found === undefined || found.state === 'ended')
    throw new DomainError(
      'not-found',
      'There is nothing to download under this link, or it was used already.',
      {
        remedy: 'Export it once more: each link works once.',
      },
    );
  if (found.state === 'making')
    throw new DomainError('conflict', 'It is still being taken out of the pool.', {
      retry: 'same',
      remedy: 'Wait for the operation.',
    });
  await session.change(`UPDATE image_download SET state = 'ended' WHERE hash = $1`, [hashOf(secret)]);
  const { file, filename, bytes } = found;
  return { file, filename, bytes };
}

export async function readyDownload(session: Session, operation: string, bytes: number): Promise<void> {
  await session.change(
    `UPDATE image_download SET state = 'ready', bytes = $2 WHERE operation_id = $1 AND state = 'making'`,
    [operation, bytes],
  );
}

export async function endDownload(session: Session, operation: string): Promise<void> {
  await session.change(`UPDATE image_download SET state = 'ended' WHERE operation_id = $1`, [operation]);
}

/** First key of the advisory lock that lets promises of room in the spool folder be made one after the other. */
const SPOOL_LOCK = 7_266_851;

/** What the spool folder was promised to: uploads in full, downloads as large as they may become. Locks it. */
export async function lockSpoolUse(session: Session): Promise<number> {
  await session.rows(`SELECT pg_advisory_xact_lock(${SPOOL_LOCK})`);
  const row = await session.first<{ bytes: number }>(
    `SELECT ((SELECT coalesce(sum((upload->>'bytes')::bigint), 0) FROM disk_image WHERE upload IS NOT NULL)
       + (SELECT coalesce(sum(coalesce(bytes, max_bytes)), 0) FROM image_download WHERE state <> 'ended')
       + (SELECT coalesce(sum((task->>'maxBytes')::bigint), 0) FROM pool_operation
           WHERE finished_at IS NULL AND kind = 'image.export' AND task ? 'forPool'))::bigint AS bytes`,
  );
  return row?.bytes ?? 0;
}

/** Ends uploads on which nothing has come since `before`, and links whose time is over at `at`. */
export async function expireTransfers(session: Session, before: Date, at: Date): Promise<number> {
  const uploads = await session.change(
    `UPDATE disk_image SET state = 'failed', upload = NULL, touched_at = now(), failure = jsonb_build_object(
       'code', 'cancelled', 'message', 'The upload was not finished in time.', 'retry', 'after-change')
     WHERE state = 'awaiting-upload' AND touched_at < $1`,
    [before],
  );
  const links = await session.change(
    `UPDATE image_download SET state = 'ended' WHERE state <> 'ended' AND expires_at <= $1`,
    [at],
  );
  return uploads + links;
}

/** Files of the spool folder that somebody still needs. */
export async function listSpooledFiles(session: Session): Promise<ReadonlySet<string>> {
  const rows = await session.rows<{ file: string }>(
    `SELECT jsonb_array_elements_text(upload->'files') AS file FROM disk_image WHERE upload IS NOT NULL
     UNION SELECT file FROM image_download WHERE state <> 'ended'
     UNION SELECT jsonb_array_elements_text(task->'files') FROM pool_operation
       WHERE finished_at IS NULL AND kind = 'image.import'
     UNION SELECT task->>'file' FROM pool_operation
       WHERE finished_at IS NULL AND kind IN ('image.fetch', 'image.export', 'server.export')`,
  );
  return new Set(rows.map(({ file }) => file));
}
