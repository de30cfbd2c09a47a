/**
 * An image from a file of the caller. It is announced, uploaded piece by piece into the spool folder, and brought into
 * every pool of the zones where the organization may have systems. A piece counts when it has arrived as a whole, so an
 * upload that broke goes on where the last whole piece ended, through whichever API.
 *
 *   announced ──piece──► … ──last piece──► importing: an operation a pool ──► available with the first one
 */
import { Injectable } from '@nestjs/common';
import {
  appendUpload,
  Database,
  enforceOrganizationQuotas,
  getOrganization,
  getVisibleImage,
  insertImage,
  insertImageOperation,
  listImageTargets,
  lockImage,
  lockSpoolUse,
  nextImageVersion,
  setImageState,
  type Session,
  type VisibleImage,
} from '@openvsys/persistence';
import {
  contractId,
  DomainError,
  imageReference,
  NO_DEMAND,
  requireImageName,
  templateNameOf,
  type ContractId,
  type OrganizationId,
  type UploadFormat,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds, Spool } from '../clock.js';
import { Transactor } from '../transactor.js';
import { OutboundCheck } from '../webhooks/outbound-check.js';
import { requireAction, requireManager } from './image-owner.js';
import { shownTo, type ShownImage } from './read-images.js';

export interface AnnouncedImage {
  readonly name: string;
  readonly title: string;
  readonly os: string;
  readonly minMemoryMiB: number;
  readonly format: UploadFormat;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string | null;
  /** Where it is fetched from; null: it will be uploaded. Then `bytes` is the most that may come. */
  readonly url: string | null;
}

export interface NamedImage {
  readonly template: string;
  readonly version: number;
  readonly organizationId: OrganizationId | null;
}

const GIB = 2 ** 30;
/** Every piece is a file and an entry of a list. */
const MAX_PIECES = 2_000;

@Injectable()
export class ImportImage {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly spool: Spool,
    private readonly outbound: OutboundCheck,
  ) {}

  /**
   * Throws `conflict` for a name that means another image, `quota-exceeded`, `no-capacity` when the spool folder is full, and
   * for an address `invalid-request` and `target-unreachable`.
   */
  async announce(call: Call, image: AnnouncedImage): Promise<ShownImage> {
    requireManager(call);
    if (image.url !== null) await this.outbound.check(image.url);
    return this.transactor.change(call, async (session, at) => {
      await this.requireRoom(session, image.bytes);
      const named = await nameImage(session, call, image.name);
      const { title, os, minMemoryMiB, format, bytes, sha256 } = image;
      const file = this.spool.folder.newName();
      const upload = { bytes, sha256, received: 0, files: image.url === null ? [] : [file] };
      const sizeGiB = Math.ceil(bytes / GIB);
      const facts = { title, os, minMemoryMiB, format, upload, sizeGiB, family: image.name };
      await insertImage(session, {
        ...named,
        ...facts,
        state: image.url === null ? 'awaiting-upload' : 'importing',
        createdBy: call.principal.actor,
      });
      await requireQuota(session, named.organizationId, sizeGiB);
      if (image.url !== null)
        await this.fetch(session, call, { ...image, ...named, url: image.url, file }, at);
      const from = image.url === null ? null : new URL(image.url).origin;
      const detail = { name: image.name, version: named.version, format, bytes, from };
      const audit = { organizationId: named.organizationId, verb: 'image.import', resource: named.template };
      return {
        answer: shownTo(
          call,
          await getVisibleImage(session, call.scope, imageReference(image.name, named.version)),
        ),
        audit: { ...audit, detail },
      };
    });
  }

  /**
   * Takes the bytes from `offset` on, however many come. Throws `conflict` when another offset is next (`details.received`),
   * `too-large` beyond what was announced, and what the source throws; then none of these bytes count.
   */
  async upload(
    call: Call,
    reference: string,
    offset: number,
    source: AsyncIterable<Uint8Array>,
  ): Promise<ShownImage> {
    requireManager(call);
    const image = await this.database.session(async (session) =>
      getVisibleImage(session, call.scope, reference),
    );
    requireAction(call, image, 'upload');
    const left = requireNext(image, offset);
    const piece = await this.spool.folder.write(source, left);
    try {
      if (piece.bytes === 0) throw new DomainError('invalid-request', 'The piece is empty.');
      return await this.transactor.change({ ...call, idempotency: null }, async (session, at) => {
        if (!(await appendUpload(session, image.template, { offset, ...piece })))
          throw outOfTurn(await getVisibleImage(session, call.scope, reference));
        if (piece.bytes === left) await this.begin(session, call, image, at);
        const detail = { offset, bytes: piece.bytes };
        const audit = {
          organizationId: image.organizationId,
          verb: 'image.upload',
          resource: image.template,
        };
        const answer = shownTo(call, await getVisibleImage(session, call.scope, image.reference));
        return { answer, audit: { ...audit, detail } };
      });
    } catch (error) {
      await this.spool.folder.remove([piece.file]);
      throw error;
    }
  }

  /** By the worker of one of the pools; then one operation a pool. Throws `no-capacity` when there is no pool for it. */
  private async fetch(
    session: Session,
    call: Call,
    image: AnnouncedImage & NamedImage & { readonly url: string; readonly file: string },
    at: Date,
  ): Promise<void> {
    const { url, format, bytes, sha256, template, organizationId, file } = image;
    const targets = await listImageTargets(session, organizationId);
    const [first] = targets;
    if (first === undefined) throw noPool();
    const places = targets.map(({ poolId, sr }) => ({ poolId, sr }));
    const task = {
      kind: 'image.fetch',
      image: template,
      url,
      format,
      file,
      maxBytes: bytes,
      sha256,
    } as const;
    await insertImageOperation(session, {
      id: this.ids.uuid(),
      poolId: first.poolId,
      task: { ...task, targets: places },
      organizationId,
      requestId: call.requestId,
      requestedBy: call.principal.actor,
      createdAt: at,
    });
  }

  /** All bytes are there: one operation a pool. Throws `no-capacity` when there is no pool for it. */
  private async begin(session: Session, call: Call, image: VisibleImage, at: Date): Promise<void> {
    const { upload } = (await lockImage(session, image.template)) ?? { upload: null };
    const targets = await listImageTargets(session, image.organizationId);
    if (upload === null || image.format === null || targets.length === 0) throw noPool();
    const { files, bytes, sha256 } = upload;
    const task = {
      kind: 'image.import',
      image: image.template,
      format: image.format,
      files,
      bytes,
      sha256,
    } as const;
    for (const { poolId, sr } of targets)
      await insertImageOperation(session, {
        id: this.ids.uuid(),
        poolId,
        task: { ...task, sr },
        organizationId: image.organizationId,
        requestId: call.requestId,
        requestedBy: call.principal.actor,
        createdAt: at,
      });
    await setImageState(session, image.template, 'importing');
  }

  private async requireRoom(session: Session, bytes: number): Promise<void> {
    const used = await lockSpoolUse(session);
    if (used + bytes <= this.spool.limitBytes) return;
    throw new DomainError('no-capacity', 'Too much is on its way into pools or out of them already.', {
      retry: 'same',
      remedy: 'Finish or remove other uploads, or try again later.',
      details: { limitBytes: this.spool.limitBytes, usedBytes: used, requestedBytes: bytes },
    });
  }
}

const noPool = (): DomainError =>
  new DomainError('no-capacity', 'No pool can take images now.', { retry: 'same' });

/** The next version of the name. Throws `conflict` when the name is the provider's or a shared image's. */
export async function nameImage(session: Session, call: Call, name: string): Promise<NamedImage> {
  requireImageName(name);
  const { organizationId } = call.principal;
  if (organizationId !== null) await requireFreeName(session, organizationId, name);
  const version = await nextImageVersion(session, organizationId, name);
  const contract = organizationId === null ? null : await contractOf(session, call, organizationId);
  return { organizationId, version, template: templateNameOf(contract, name, version) };
}

/** Each organization pays for its own. Throws `quota-exceeded`. */
export async function requireQuota(
  session: Session,
  organization: OrganizationId | null,
  sizeGiB: number,
): Promise<void> {
  if (organization === null) return;
  await enforceOrganizationQuotas(session, organization, { ...NO_DEMAND, image: 1, 'image-gib': sizeGiB });
}

/** Throws `conflict` for an organization that may not order. */
async function contractOf(session: Session, call: Call, id: OrganizationId): Promise<ContractId> {
  const { contract, state } = await getOrganization(session, call.scope, id);
  if (state === 'active') return contractId(contract);
  throw new DomainError('conflict', `The organization is ${state}, so it cannot make images.`, {
    remedy: 'Ask the provider.',
    details: { state },
  });
}

async function requireFreeName(session: Session, organization: OrganizationId, name: string): Promise<void> {
  const taken = await session.first(
    `SELECT FROM disk_image WHERE organization_id IS NULL AND family = $2 AND state <> 'removed'
       AND NOT EXISTS (SELECT FROM disk_image o WHERE o.organization_id = $1 AND o.family = $2 AND o.state <> 'removed')
     UNION ALL SELECT FROM image_grant WHERE organization_id = $1 AND alias = $2`,
    [organization, name],
  );
  if (taken === undefined) return;
  throw new DomainError('conflict', `“${name}” means an image of somebody else already.`, {
    pointer: '/name',
    remedy: 'Take another name.',
  });
}

/** How many bytes may still come. */
function requireNext({ upload }: VisibleImage, offset: number): number {
  if (upload === null) throw new DomainError('conflict', 'Nothing is to be uploaded.');
  if (upload.received !== offset) throw outOfTurn({ upload });
  if (upload.files.length >= MAX_PIECES)
    throw new DomainError('too-large', `The upload has more than ${MAX_PIECES} pieces.`, {
      remedy: 'Begin anew with larger pieces.',
      details: { limit: MAX_PIECES },
    });
  return upload.bytes - upload.received;
}

const outOfTurn = ({ upload }: Pick<VisibleImage, 'upload'>): DomainError =>
  new DomainError('conflict', 'Another part of the file comes next.', {
    pointer: '/query/offset',
    retry: 'after-change',
    remedy: 'Go on at `details.received`.',
    details: { received: upload?.received ?? null, bytes: upload?.bytes ?? null },
  });
