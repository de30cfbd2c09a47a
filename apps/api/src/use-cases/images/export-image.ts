/** An image or a stopped server out of the cloud: a worker writes it to the spool folder, a link gives it out once. */
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  Database,
  getImageOperation,
  getVisibleImage,
  insertDownload,
  insertImageOperation,
  listImagePlaces,
  lockSpoolUse,
  takeDownload,
  type ImageOperationRecord,
  type Session,
} from '@openvsys/persistence';
import {
  DomainError,
  type ExportFormat,
  type ImageTask,
  type OrganizationId,
  type PoolId,
  type VServerId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds, Spool } from '../clock.js';
import { Transactor } from '../transactor.js';
import { getCapturableServer, requireStopped } from './capture-image.js';
import { requireAction, requireManager } from './image-owner.js';

export interface Export {
  readonly operation: ImageOperationRecord;
  /** Works once, from the end of the operation on. */
  readonly url: string;
  readonly expiresAt: Date;
}

export interface Download {
  readonly filename: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

const GIB = 2 ** 30;
/** Headers and checksums of an XVA, tables of a VHD. */
const OVERHEAD = 1.05;
const LINK_MS = 24 * 60 * 60_000;
const SECRET_BYTES = 32;

interface Source {
  readonly organizationId: OrganizationId | null;
  readonly poolId: PoolId;
  readonly name: string;
  readonly sizeGiB: number;
  readonly task: (file: string, maxBytes: number) => ImageTask;
}

@Injectable()
export class ExportImage {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly spool: Spool,
  ) {}

  /** Throws `not-found`, `forbidden` for an image of somebody else, `conflict`, `no-capacity` when the spool folder is full. */
  async ofImage(call: Call, reference: string, format: ExportFormat): Promise<Export> {
    requireManager(call);
    return this.begin(call, format, async (session) => {
      const image = await getVisibleImage(session, call.scope, reference);
      requireAction(call, image, 'export');
      const [place] = await listImagePlaces(session, image.template);
      if (place === undefined) throw new DomainError('conflict', 'No pool has the image.', { retry: 'same' });
      const { poolId, sr } = place;
      return {
        organizationId: image.organizationId,
        poolId,
        name: `${image.name}_${image.version}`,
        sizeGiB: image.sizeGiB ?? image.systemDiskGiB,
        task: (file, maxBytes) => ({
          kind: 'image.export',
          image: image.template,
          sr,
          format,
          file,
          maxBytes,
        }),
      };
    });
  }

  /** Throws `not-found`, `conflict` when it runs or is an appliance, `no-capacity`. */
  async ofServer(call: Call, server: VServerId, format: ExportFormat): Promise<Export> {
    requireManager(call);
    return this.begin(call, format, async (session) => {
      const found = await getCapturableServer(session, call, server);
      requireStopped(found);
      const { poolId, systemDiskGiB, disksGiB, organizationId } = {
        ...found,
        ...(await sizesOf(session, server)),
      };
      const sizeGiB = format === 'xva' ? systemDiskGiB + disksGiB : systemDiskGiB;
      const task = (file: string, maxBytes: number): ImageTask => ({
        kind: 'server.export',
        server,
        format,
        file,
        maxBytes,
      });
      return { organizationId, poolId, name: server, sizeGiB, task };
    });
  }

  /** Whoever has the link. Throws `not-found`, also for one that was used; `conflict` while it is being made. */
  async download(secret: string, at: Date): Promise<Download> {
    const { file, filename, bytes } = await this.database.transaction(async (session) =>
      takeDownload(session, secret, at),
    );
    const { folder } = this.spool;
    async function* content(): AsyncGenerator<Uint8Array> {
      try {
        yield* folder.read([file]);
      } finally {
        await folder.remove([file]);
      }
    }
    return { filename, bytes, content: content() };
  }

  private async begin(
    call: Call,
    format: ExportFormat,
    find: (session: Session) => Promise<Source>,
  ): Promise<Export> {
    return this.transactor.change(call, async (session, at) => {
      const { organizationId, poolId, name, sizeGiB, task } = await find(session);
      const maxBytes = Math.ceil(Math.max(1, sizeGiB) * GIB * OVERHEAD);
      const used = await lockSpoolUse(session);
      if (used + maxBytes > this.spool.limitBytes)
        throw new DomainError('no-capacity', 'The spool folder has no room for it now.', {
          retry: 'same',
          details: { limitBytes: this.spool.limitBytes, usedBytes: used, requestedBytes: maxBytes },
        });
      const id = this.ids.uuid();
      const file = this.spool.folder.newName();
      const asked = { requestId: call.requestId, requestedBy: call.principal.actor, createdAt: at };
      await insertImageOperation(session, {
        id,
        poolId,
        organizationId,
        task: task(file, maxBytes),
        ...asked,
      });
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const expiresAt = new Date(at.getTime() + LINK_MS);
      const filename = `${name}.${format === 'raw' ? 'img' : format}`;
      const facts = { id: this.ids.uuid(), organizationId, operationId: id, file, filename, maxBytes };
      await insertDownload(session, { ...facts, createdAt: at, expiresAt }, secret);
      const operation = await getImageOperation(session, call.scope, id);
      const url = `${this.spool.publicUrl}/v1/image-downloads/${secret}`;
      const audit = {
        organizationId,
        verb: operation.kind,
        resource: name,
        detail: { format, operation: id },
      };
      return { answer: { operation, url, expiresAt }, audit };
    });
  }
}

async function sizesOf(
  session: Session,
  server: VServerId,
): Promise<{ readonly organizationId: OrganizationId; readonly disksGiB: number }> {
  const found = await session.first<{ organizationId: OrganizationId; disksGiB: number }>(
    `SELECT s.organization_id AS "organizationId", (SELECT coalesce(sum(d.size_gib), 0)::integer FROM vdisk d
       WHERE d.vserver_id = s.id AND d.gone_at IS NULL) AS "disksGiB" FROM vserver s WHERE s.id = $1`,
    [server],
  );
  if (found === undefined) throw new DomainError('not-found', `No server has the id “${server}”.`);
  return found;
}
