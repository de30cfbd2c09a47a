/** An image of the system disk of one of the caller's servers: of a stopped one, or as a snapshot keeps it. */
import { Injectable } from '@nestjs/common';
import {
  getImageOperation,
  getVisibleImage,
  insertImage,
  insertImageOperation,
  listSnapshots,
  type ImageOperationRecord,
  type Session,
} from '@openvsys/persistence';
import {
  DomainError,
  imageReference,
  type ImageLicence,
  type PoolId,
  type SnapshotId,
  type VServerId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';
import { requireManager } from './image-owner.js';
import { nameImage, requireQuota } from './import-image.js';
import { shownTo, type ShownImage } from './read-images.js';

export interface CapturedImage {
  readonly name: string;
  readonly title: string;
  readonly server: VServerId;
  readonly snapshot: SnapshotId | null;
}

export interface ImageWithOperation {
  readonly image: ShownImage;
  readonly operation: ImageOperationRecord;
}

export interface CapturableServer {
  readonly poolId: PoolId;
  readonly state: string;
  readonly kind: string;
  readonly systemDiskGiB: number;
  readonly os: string | null;
  readonly minMemoryMiB: number | null;
  /** The image that it runs for a while; null: its own system. */
  readonly rescue: string | null;
  /** Of the image that it was made of. */
  readonly licence: ImageLicence | null;
}

const SERVER = `
SELECT v.pool_id AS "poolId", s.state, s.kind, s.system_disk_gib AS "systemDiskGiB", i.os,
  i.min_memory_mib AS "minMemoryMiB", i.licence, s.rescue
FROM vserver s JOIN vsys v ON v.id = s.vsys_id LEFT JOIN disk_image i ON i.name = s.image
WHERE s.id = $1 AND s.gone_at IS NULL AND ($2::uuid IS NULL OR s.organization_id = $2::uuid)
  AND ($3::uuid[] IS NULL OR v.vdc_id = ANY($3::uuid[]))`;

/** Throws `not-found` for servers of others, `conflict` for appliances: their disks are not the tenant's. */
export async function getCapturableServer(
  session: Session,
  call: Call,
  server: VServerId,
): Promise<CapturableServer> {
  const { organizationId, vdcIds } = call.scope;
  const found = await session.first<CapturableServer>(SERVER, [server, organizationId, vdcIds]);
  if (found === undefined) throw new DomainError('not-found', `No server has the id “${server}”.`);
  if (found.kind === 'server') return found;
  throw new DomainError('conflict', 'The contents of appliances cannot be taken out.', { retry: 'never' });
}

/** Throws `conflict` when it runs, or would boot another system. */
export function requireStopped(server: Pick<CapturableServer, 'state' | 'rescue'>): void {
  if (server.rescue !== null)
    throw new DomainError('conflict', 'The server is in rescue: it boots another system than its own.', {
      retry: 'after-change',
      remedy: 'End the rescue first, or make the image of a snapshot.',
      details: { rescue: server.rescue },
    });
  if (server.state === 'stopped') return;
  throw new DomainError('conflict', `The server is ${server.state}.`, {
    retry: 'after-change',
    remedy: 'Stop it first, or make the image of a snapshot.',
    details: { state: server.state },
  });
}

/** Throws `not-found` unless the snapshot is of the server. */
async function requireSnapshot(
  session: Session,
  { scope }: Call,
  id: SnapshotId,
  server: VServerId,
): Promise<void> {
  const { items } = await listSnapshots(session, scope, { id }, { limit: 1 });
  if (items[0]?.servers.includes(server) === true) return;
  throw new DomainError('not-found', `${server} has no snapshot “${id}”.`, {
    pointer: '/snapshotId',
    remedy: 'Take ids from the list of snapshots of its system.',
  });
}

@Injectable()
export class CaptureImage {
  constructor(
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found` for the snapshot too, `conflict` for a server that runs or a name that means another image, `quota-exceeded`. */
  async capture(call: Call, wanted: CapturedImage): Promise<ImageWithOperation> {
    requireManager(call);
    return this.transactor.change(call, async (session, at) => {
      const server = await getCapturableServer(session, call, wanted.server);
      if (wanted.snapshot === null) requireStopped(server);
      else await requireSnapshot(session, call, wanted.snapshot, wanted.server);
      const named = await nameImage(session, call, wanted.name);
      const sizeGiB = Math.max(1, server.systemDiskGiB);
      await insertImage(session, {
        ...named,
        family: wanted.name,
        state: 'importing',
        title: wanted.title,
        os: server.os ?? 'other',
        minMemoryMiB: server.minMemoryMiB ?? 16,
        sizeGiB,
        // What was paid for before is paid for in each server of the copy too.
        licence: server.licence,
        format: null,
        upload: null,
        createdBy: call.principal.actor,
      });
      await requireQuota(session, named.organizationId, sizeGiB);
      const id = this.ids.uuid();
      const { snapshot } = wanted;
      await insertImageOperation(session, {
        id,
        poolId: server.poolId,
        task: { kind: 'image.capture', image: named.template, sr: null, server: wanted.server, snapshot },
        organizationId: named.organizationId,
        requestId: call.requestId,
        requestedBy: call.principal.actor,
        createdAt: at,
      });
      const image = await getVisibleImage(session, call.scope, imageReference(wanted.name, named.version));
      const operation = await getImageOperation(session, call.scope, id);
      const detail = { name: wanted.name, version: named.version, server: wanted.server, snapshot };
      const audit = { organizationId: named.organizationId, verb: 'image.capture', resource: named.template };
      return { answer: { image: shownTo(call, image), operation }, audit: { ...audit, detail } };
    });
  }
}
