/**
 * What is being done to a server, an appliance or a disk beside starting, stopping and attaching it. It is read from what is wanted
 * and not reached yet, so that it is seen from the moment of the call on.
 */
import { Injectable } from '@nestjs/common';
import type { VServerRecord, VsysDetailRecord } from '@openvsys/persistence';
import { vserverId, type VServerId } from '@openvsys/vsys';
import { UpdateEfm } from '../../use-cases/efms/update-efm.js';
import { FollowImageOperation } from '../../use-cases/images/follow-image-operation.js';
import { ReadGenerations } from '../../use-cases/vsys/read-generations.js';
import type { FgcpCall } from './fgcp-operation.js';
import { FgcpSystems } from './fgcp-systems.js';
import { hindranceOf, type Hindrance } from './words/server-words.js';

/** Changes of a server that wait at once are few; the type is looked for in so many. */
const NEWEST_CHANGES = 10;

@Injectable()
export class FgcpWork {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly generations: ReadGenerations,
    private readonly images: FollowImageOperation,
    private readonly updates: UpdateEfm,
  ) {}

  async ofServer(given: FgcpCall, vsys: VsysDetailRecord, server: VServerRecord): Promise<Hindrance> {
    const id = vserverId(server.id);
    if (isRestored(vsys, server.id)) return 'restored';
    if ((await this.systems.beingBackedUp(given, vsys.id)).has(id)) return 'copied';
    if (await this.images.isBeingCaptured(given.call, id)) return 'registered';
    if (vsys.parked !== null) return 'given-up';
    if (vsys.observedGeneration >= vsys.generation) return 'settled';
    const fields = await this.fieldsOnTheWay(given, vsys, id);
    if (fields.has('reverts')) return 'restored';
    return fields.has('type') && server.power !== 'running' ? 'retyped' : 'none';
  }

  /** What changes of the server that are not reached yet are about. */
  private async fieldsOnTheWay(
    { call }: FgcpCall,
    { observedGeneration }: VsysDetailRecord,
    id: VServerId,
  ): Promise<ReadonlySet<string>> {
    const { items } = await this.generations.listOfPart(call, id, { limit: NEWEST_CHANGES });
    return new Set(
      items
        .filter(({ generation }) => generation > observedGeneration)
        .flatMap(({ changes }) => changes.filter(({ part, change }) => part === id && change === 'changed'))
        .flatMap(({ fields }) => fields.map(({ field }) => field)),
    );
  }

  async ofEfm(given: FgcpCall, vsys: VsysDetailRecord, { id }: VServerRecord): Promise<Hindrance> {
    const { items } = await this.updates.list(given.call, vserverId(id), { limit: 1 });
    return items[0]?.state === 'running' ? 'updated' : hindranceOf(vsys);
  }

  /** Of a data disk. */
  async ofDisk(given: FgcpCall, vsys: VsysDetailRecord, disk: string): Promise<Hindrance> {
    if (isRestored(vsys, disk)) return 'restored';
    return (await this.systems.beingBackedUp(given, vsys.id)).has(disk) ? 'copied' : hindranceOf(vsys);
  }
}

/** Contents that shall come from elsewhere and are not there yet. */
function isRestored({ spec, observedGeneration, parked }: VsysDetailRecord, part: string): boolean {
  if (parked !== null) return false;
  const origin =
    spec.disks.find(({ id }) => id === part)?.origin ??
    spec.servers.find(({ id }) => id === part)?.systemOrigin;
  return (origin?.count ?? 0) > observedGeneration;
}
