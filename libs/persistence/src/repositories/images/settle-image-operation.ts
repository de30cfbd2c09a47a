/**
 * What the end of an operation means for its image: written with the end, in one transaction. A private image is paid for
 * from the moment that its first place is there until its last one is gone.
 */
import type {
  ImageTask,
  OpenPoolOperation,
  OrganizationId,
  PoolId,
  PoolOperationEnd,
  SrUuid,
} from '@openvsys/vsys';
import { IMAGE_PRODUCT } from '@openvsys/metering';
import { v7 as uuidv7 } from 'uuid';
import type { Session } from '../../session.js';
import { insertEvent } from '../events.js';
import { endDownload, readyDownload } from './image-downloads.js';
import { insertImageOperation } from './image-operations.js';

/** Belongs to no VDC and no VSYS. */
const NO_VDC = '00000000-0000-0000-0000-000000000000';
const NO_VSYS = '';

interface ImageRow {
  readonly state: string;
  readonly organizationId: OrganizationId | null;
  readonly family: string;
  readonly version: number;
  /** Other operations with it that have not ended. */
  readonly open: number;
  /** Those of them that bring it somewhere. */
  readonly coming: number;
}

interface Ended extends Pick<OpenPoolOperation, 'id' | 'poolId' | 'task'> {
  /** Real time; `metered`: as bills see it. */
  readonly at: Date;
  readonly metered: Date;
}

const LOCK = `
SELECT i.state, i.organization_id AS "organizationId", i.family, i.version,
  (SELECT count(*)::integer FROM pool_operation o WHERE o.image = i.name AND o.finished_at IS NULL AND o.id <> $2) AS open,
  (SELECT count(*)::integer FROM pool_operation o WHERE o.image = i.name AND o.finished_at IS NULL AND o.id <> $2
    AND o.kind IN ('image.fetch', 'image.import', 'image.capture')) AS coming
FROM disk_image i WHERE i.name = $1 FOR UPDATE`;

/** For operations that are about images; does nothing for others. */
export async function settleImageOperation(
  session: Session,
  ended: Ended,
  end: PoolOperationEnd,
): Promise<void> {
  const { task } = ended;
  if (task.kind === 'image.export' || task.kind === 'server.export') return settleExport(session, ended, end);
  if (task.kind === 'image.prefetch') return undefined;
  if (task.kind === 'image.fetch' && end.state === 'succeeded')
    return importFetched(session, task, ended, end);
  if (
    task.kind !== 'image.fetch' &&
    task.kind !== 'image.import' &&
    task.kind !== 'image.capture' &&
    task.kind !== 'image.remove'
  )
    return undefined;
  const image = await session.first<ImageRow>(LOCK, [task.image, ended.id]);
  if (image === undefined) return undefined;
  if (task.kind === 'image.remove') return settleRemoval(session, task.image, image, ended, end);
  return settleArrival(session, task.image, image, ended, end);
}

const numberIn = (result: object | undefined, key: string): number => {
  const value: unknown =
    result === undefined ? undefined : Object.entries(result).find(([name]) => name === key)?.[1];
  return typeof value === 'number' ? value : 0;
};
const textIn = (result: object | undefined, key: string): string | null => {
  const value: unknown =
    result === undefined ? undefined : Object.entries(result).find(([name]) => name === key)?.[1];
  return typeof value === 'string' && value !== '' ? value : null;
};

async function settleArrival(
  session: Session,
  template: string,
  image: ImageRow,
  ended: Ended,
  end: PoolOperationEnd,
): Promise<void> {
  // Of several pools the first one makes it available, the last one frees what was uploaded.
  if (image.coming === 0)
    await session.change('UPDATE disk_image SET upload = NULL WHERE name = $1', [template]);
  if (image.state !== 'importing') return;
  if (end.state === 'succeeded') {
    const { result } = end;
    await session.change(
      `UPDATE disk_image SET state = 'available', system_disk_gib = $2, size_gib = $3, sha256 = $4, failure = NULL,
         touched_at = now() WHERE name = $1`,
      [template, numberIn(result, 'systemDiskGiB'), numberIn(result, 'sizeGiB'), textIn(result, 'sha256')],
    );
    await openUsage(session, template, image, numberIn(result, 'sizeGiB'), ended.metered);
    await tell(session, template, image, 'image.available', ended.at);
  } else if (image.coming === 0) {
    const failure = end.error ?? { code: 'cancelled', message: 'It was cancelled.', retry: 'after-change' };
    await session.change(
      `UPDATE disk_image SET state = 'failed', failure = $2::jsonb, touched_at = now() WHERE name = $1`,
      [template, JSON.stringify(failure)],
    );
    await tell(session, template, image, 'image.failed', ended.at);
  }
}

async function settleRemoval(
  session: Session,
  template: string,
  image: ImageRow,
  ended: Ended,
  end: PoolOperationEnd,
): Promise<void> {
  if (end.state !== 'succeeded' || image.state !== 'removing' || image.open > 0) return;
  // Rows of places follow what was seen in the pool before the operation ended.
  const left = await session.first('SELECT FROM pool_image WHERE name = $1', [template]);
  if (left !== undefined) return;
  await endImage(session, template, image, ended);
}

/** Nothing of it is in any pool any more. */
export async function endImage(
  session: Session,
  template: string,
  image: Pick<ImageRow, 'organizationId' | 'family' | 'version'>,
  { at, metered }: Pick<Ended, 'at' | 'metered'>,
): Promise<void> {
  await session.change(
    `UPDATE disk_image SET state = 'removed', upload = NULL, touched_at = now() WHERE name = $1`,
    [template],
  );
  await closeUsage(session, template, metered);
  await tell(session, template, image, 'image.removed', at);
}

async function openUsage(
  session: Session,
  template: string,
  { organizationId }: ImageRow,
  sizeGiB: number,
  metered: Date,
): Promise<void> {
  if (organizationId === null || sizeGiB <= 0) return;
  await reopenHours(session, metered);
  await session.change(
    `INSERT INTO usage_interval (id, organization_id, vdc_id, vsys_id, resource, dimension, product, quantity, started_at)
     VALUES ($1, $2, $3, $4, $5, 'image-gib', $6, $7, $8)
     ON CONFLICT (resource, dimension) WHERE ended_at IS NULL DO NOTHING`,
    [uuidv7(), organizationId, NO_VDC, NO_VSYS, template, IMAGE_PRODUCT, sizeGiB, metered],
  );
}

async function closeUsage(session: Session, template: string, metered: Date): Promise<void> {
  await reopenHours(session, metered);
  await session.change(
    `UPDATE usage_interval SET ended_at = greatest(started_at, $2::timestamptz)
      WHERE resource = $1 AND dimension = 'image-gib' AND ended_at IS NULL`,
    [template, metered],
  );
}

/** An hour that was closed before this was known is closed again. */
async function reopenHours(session: Session, metered: Date): Promise<void> {
  await session.change(`DELETE FROM closed_hour WHERE hour > $1::timestamptz - interval '1 hour'`, [metered]);
}

async function tell(
  session: Session,
  template: string,
  { organizationId, family, version }: Pick<ImageRow, 'organizationId' | 'family' | 'version'>,
  type: string,
  at: Date,
): Promise<void> {
  if (organizationId === null) return;
  const data = { name: family, version };
  await insertEvent(session, {
    id: uuidv7(),
    organizationId,
    vsysId: null,
    resource: template,
    type,
    data,
    at,
  });
}

async function settleExport(session: Session, ended: Ended, end: PoolOperationEnd): Promise<void> {
  const { id, task } = ended;
  if (end.state === 'succeeded') await readyDownload(session, id, numberIn(end.result, 'bytes'));
  else await endDownload(session, id);
  if (task.kind !== 'image.export' || task.forPool === undefined || end.state !== 'succeeded') return;
  const { image, file, forPool } = task;
  const bytes = numberIn(end.result, 'bytes');
  const common = { kind: 'image.import', image, format: 'xva', files: [file], bytes, sha256: null } as const;
  await importTo(session, ended, [forPool], common);
}

/** What was fetched is there now. */
async function importFetched(
  session: Session,
  { image, format, file, sha256, targets }: Extract<ImageTask, { kind: 'image.fetch' }>,
  ended: Ended,
  end: PoolOperationEnd,
): Promise<void> {
  const bytes = numberIn(end.result, 'bytes');
  await importTo(session, ended, targets, {
    kind: 'image.import',
    image,
    format,
    files: [file],
    bytes,
    sha256,
  });
}

/** On behalf of whoever asked for the operation that has ended. */
async function importTo(
  session: Session,
  { id, at }: Ended,
  targets: readonly { readonly poolId: PoolId; readonly sr: SrUuid }[],
  task: Omit<Extract<ImageTask, { kind: 'image.import' }>, 'sr'>,
): Promise<void> {
  const asked = await session.first<{
    readonly organizationId: OrganizationId | null;
    readonly requestId: string | null;
    readonly requestedBy: string | null;
  }>(
    `SELECT organization_id AS "organizationId", request_id AS "requestId", requested_by AS "requestedBy"
      FROM pool_operation WHERE id = $1`,
    [id],
  );
  for (const { poolId, sr } of targets)
    await insertImageOperation(session, {
      id: uuidv7(),
      poolId,
      task: { ...task, sr },
      organizationId: asked?.organizationId ?? null,
      requestId: asked?.requestId ?? null,
      requestedBy: asked?.requestedBy ?? null,
      createdAt: at,
    });
}
