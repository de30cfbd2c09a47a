/**
 * Where an image is: on further storages, on fewer, nowhere. A pool that lacks it gets it through the spool folder: taken out
 * of a pool that has it, then brought in, two operations one after the other.
 */
import { Injectable } from '@nestjs/common';
import {
  countImageUsers,
  deleteImageRow,
  endImage,
  endShares,
  findImageTarget,
  getImageOperation,
  getVisibleImage,
  insertImageOperation,
  listImagePlaces,
  listImageTargets,
  listOpenImageOperations,
  lockImage,
  lockSpoolUse,
  setImageState,
  type ImageOperationRecord,
  type ImagePlace,
  type ImageTarget,
  type Session,
  type VisibleImage,
} from '@openvsys/persistence';
import { DomainError, isProvider, type ImageTask, type PoolId, type SrUuid } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, FreshIds, Spool } from '../clock.js';
import { Transactor } from '../transactor.js';
import { requireAction, requireManager } from './image-owner.js';

export interface WantedPlace {
  /** Undefined: every pool of the owner's zones that lacks it. */
  readonly poolId: PoolId | undefined;
  /** Undefined: the storage of the pool with the most room. */
  readonly sr: SrUuid | undefined;
}

const GIB = 2 ** 30;
/** An XVA has headers and checksums beside the blocks. */
const XVA_OVERHEAD = 1.05;

@Injectable()
export class PlaceImage {
  constructor(
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
    private readonly spool: Spool,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `not-found`, `conflict` when it is there already or being brought, `no-capacity`. */
  async prefetch(
    call: Call,
    reference: string,
    wanted: WantedPlace,
  ): Promise<readonly ImageOperationRecord[]> {
    requireManager(call);
    return this.asked(call, reference, 'prefetch', async (session, image) => {
      const places = await listImagePlaces(session, image.template);
      const targets = await targetsOf(session, call, image, wanted, places);
      const tasks: PoolTaskOf[] = [];
      for (const target of targets) tasks.push(await this.bringing(session, image, target, places));
      return tasks;
    });
  }

  /** From one storage. For the provider. Throws `not-found`, `conflict` for the last one. */
  async evict(
    call: Call,
    reference: string,
    poolId: PoolId,
    sr: SrUuid,
  ): Promise<readonly ImageOperationRecord[]> {
    requireManager(call);
    return this.asked(call, reference, 'remove', async (session, image) => {
      const places = await listImagePlaces(session, image.template);
      const place = places.find((each) => each.poolId === poolId && each.sr === sr);
      if (place === undefined)
        throw new DomainError('not-found', 'The image is not on that storage.', { pointer: '/sr' });
      if (places.length === 1)
        throw new DomainError('conflict', 'It is the last storage that has the image.', {
          remedy: 'Bring it elsewhere first, or remove the image.',
        });
      return [{ poolId, task: { kind: 'image.remove', image: image.template, sr } }];
    });
  }

  /**
   * From everywhere. Throws `conflict` while servers are made of it, or something else is done with it. Answers no
   * operation when nothing had to be done in a pool: then it is gone already.
   */
  async remove(call: Call, reference: string): Promise<readonly ImageOperationRecord[]> {
    requireManager(call);
    return this.asked(call, reference, 'remove', async (session, image, at) => {
      await requireUnused(session, image);
      await lockImage(session, image.template);
      if (image.organizationId !== null) await endSharesOfLast(session, image);
      if (image.state === 'awaiting-upload' || (image.state === 'failed' && image.places === 0)) {
        await deleteImageRow(session, image.template);
        return [];
      }
      const places = await listImagePlaces(session, image.template);
      if (places.length === 0) {
        await endImage(session, image.template, image, { at, metered: this.time.now() });
        return [];
      }
      await setImageState(session, image.template, 'removing');
      return places.map(({ poolId, sr }) => ({
        poolId,
        task: { kind: 'image.remove', image: image.template, sr },
      }));
    });
  }

  private async asked(
    call: Call,
    reference: string,
    action: 'prefetch' | 'remove',
    decide: (session: Session, image: VisibleImage, at: Date) => Promise<readonly PoolTaskOf[]>,
  ): Promise<readonly ImageOperationRecord[]> {
    const { operations } = await this.transactor.change(call, async (session, at) => {
      const image = await getVisibleImage(session, call.scope, reference);
      requireAction(call, image, action);
      const ids: string[] = [];
      for (const { poolId, task } of await decide(session, image, at)) {
        const id = this.ids.uuid();
        ids.push(id);
        await insertImageOperation(session, {
          id,
          poolId,
          task,
          organizationId: image.organizationId,
          requestId: call.requestId,
          requestedBy: call.principal.actor,
          createdAt: at,
        });
      }
      const records = await Promise.all(ids.map(async (id) => getImageOperation(session, call.scope, id)));
      const audit = {
        organizationId: image.organizationId,
        verb: `image.${action}`,
        resource: image.template,
      };
      return { answer: { operations: records }, audit: { ...audit, detail: { operations: ids } } };
    });
    return operations;
  }

  private async bringing(
    session: Session,
    image: VisibleImage,
    { poolId, sr }: ImageTarget,
    places: readonly ImagePlace[],
  ): Promise<PoolTaskOf> {
    const { template } = image;
    if (places.some((place) => place.poolId === poolId && place.sr === sr))
      throw new DomainError('conflict', 'The image is on that storage already.', { pointer: '/sr' });
    if (places.some((place) => place.poolId === poolId))
      return { poolId, task: { kind: 'image.prefetch', image: template, sr } };
    const [source] = places;
    if (source === undefined) throw new DomainError('no-capacity', 'No pool has the image any more.');
    const maxBytes = Math.ceil((image.sizeGiB ?? image.systemDiskGiB) * GIB * XVA_OVERHEAD);
    const used = await lockSpoolUse(session);
    if (used + maxBytes > this.spool.limitBytes)
      throw new DomainError('no-capacity', 'The spool folder has no room for it now.', { retry: 'same' });
    const common = { kind: 'image.export', image: template, sr: source.sr, format: 'xva', maxBytes } as const;
    const task = { ...common, file: this.spool.folder.newName(), forPool: { poolId, sr } };
    return { poolId: source.poolId, task };
  }
}

interface PoolTaskOf {
  readonly poolId: PoolId;
  readonly task: ImageTask;
}

async function targetsOf(
  session: Session,
  call: Call,
  image: VisibleImage,
  { poolId, sr }: WantedPlace,
  places: readonly ImagePlace[],
): Promise<readonly ImageTarget[]> {
  const possible = await listImageTargets(session, image.organizationId);
  if (poolId === undefined) {
    const lacking = possible.filter((target) => !places.some((place) => place.poolId === target.poolId));
    if (lacking.length > 0) return lacking;
    throw new DomainError('conflict', 'Every pool that you can use has the image already.', {
      remedy: 'Name a pool and a storage to have it on a further one.',
    });
  }
  const own = possible.find((target) => target.poolId === poolId);
  if (own === undefined && !isProvider(call.principal))
    throw new DomainError('not-found', `No pool has the id “${poolId}”.`, { pointer: '/poolId' });
  const found = sr === undefined ? own : await findImageTarget(session, poolId, sr);
  if (found !== undefined) return [found];
  throw new DomainError('not-found', 'The pool has no such storage for disks.', { pointer: '/sr' });
}

async function requireUnused(session: Session, image: VisibleImage): Promise<void> {
  const servers = await countImageUsers(session, image.template);
  const open = await listOpenImageOperations(session, image.template);
  if (servers === 0 && open.length === 0) return;
  const why = servers > 0 ? `${servers} servers were made of it` : 'Something is being done with it';
  throw new DomainError('conflict', `${why}.`, {
    retry: 'after-change',
    remedy:
      servers > 0
        ? 'Deprecate it: then no new servers are made of it. Remove it when the last of these is gone.'
        : 'Wait for the operation, or cancel it.',
    details: { servers, operations: open.map(({ id }) => id) },
  });
}

/** Nobody may keep a key to a name under which something else may appear one day. */
async function endSharesOfLast(session: Session, image: VisibleImage): Promise<void> {
  const others = await session.first(
    `SELECT FROM disk_image WHERE organization_id = $1 AND family = $2 AND name <> $3 AND state <> 'removed'`,
    [image.organizationId, image.family, image.template],
  );
  if (others === undefined && image.organizationId !== null)
    await endShares(session, image.organizationId, image.family);
}
