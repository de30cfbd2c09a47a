/**
 * Ends transfers that nobody goes on with and removes files that nobody needs. A file counts from the moment that a row names
 * it, so young files are left alone: their row may be about to be written.
 */
import { expireTransfers, listSpooledFiles } from '@openvsys/persistence';
import type { WorkerParts } from '../worker-parts.js';

const HOUR_MS = 60 * 60_000;
/** An upload on which nothing came for so long is given up. */
const UPLOAD_LIFE_MS = 24 * HOUR_MS;
/** A piece that is still being written is younger. */
const YOUNG_MS = HOUR_MS;

/** Answers how many files were removed. Several workers doing it at once is harmless. */
export async function tidySpool({
  database,
  spool,
  clock,
}: Pick<WorkerParts, 'database' | 'spool' | 'clock'>): Promise<number> {
  const now = clock.now();
  await database.transaction(async (session) =>
    expireTransfers(session, new Date(now.getTime() - UPLOAD_LIFE_MS), now),
  );
  // Listed before the rows are read: what comes later is not in the list.
  const old = (await spool.list()).filter(({ changedAt }) => now.getTime() - changedAt.getTime() > YOUNG_MS);
  const needed = await database.session(listSpooledFiles);
  const files = old.map(({ file }) => file).filter((file) => !needed.has(file));
  await spool.remove(files);
  return files.length;
}
