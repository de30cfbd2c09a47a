/** Lets a server run another system for a while, and its own again. */
import { Injectable } from '@nestjs/common';
import { listSnapshots, listVServers, type PresentSystem, type Session } from '@openvsys/persistence';
import {
  assertAllowed,
  DomainError,
  templateOf,
  vsysOfPart,
  withoutRescue,
  withRescue,
  type CatalogImage,
  type VServerId,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from '../vsys/accepted.js';
import { Admission } from '../vsys/admission.js';
import { ChangeSpec } from '../vsys/change-spec.js';
import type { Plan } from '../vsys/plan.js';
import { PlanVsys } from '../vsys/plan-vsys.js';
import { noServer } from './power-spec.js';

interface OnServer {
  readonly server: VServerId;
  readonly precondition: Precondition | undefined;
}
export interface RescueCommand extends OnServer {
  /** As in a descriptor. */
  readonly image: string;
}

type Present = Pick<PresentSystem, 'id' | 'phase' | 'spec' | 'organizationId'>;

@Injectable()
export class RescueServer {
  constructor(
    private readonly changes: ChangeSpec,
    private readonly plans: PlanVsys,
    private readonly admission: Admission,
  ) {}

  /** Throws `not-found`, `stale`, `invalid-request` for the image, `conflict`, `no-capacity` when it starts. */
  async begin(call: Call, { precondition, ...wish }: RescueCommand): Promise<Accepted> {
    return this.changes.execute(call, {
      vsysId: vsysOfPart(wish.server),
      precondition,
      decide: async (vsys, session) => ({
        kind: 'vserver.rescue',
        onFailure: 'rollback',
        spec: await this.rescued(session, call, vsys, wish),
      }),
    });
  }

  /** Throws `not-found`, `stale`, `conflict`, `no-capacity` when it starts. */
  async end(call: Call, { precondition, server }: OnServer): Promise<Accepted> {
    return this.changes.execute(call, {
      vsysId: vsysOfPart(server),
      precondition,
      // What was wished is its own system: whatever fails on the way, the other one is not made anew.
      decide: (vsys) => ({ kind: 'vserver.end-rescue', onFailure: 'keep', spec: ended(vsys, server) }),
    });
  }

  async planBegin(call: Call, { precondition, ...wish }: RescueCommand): Promise<Plan> {
    return this.plans.ofNext(call, vsysOfPart(wish.server), precondition, async (vsys, session) =>
      this.rescued(session, call, vsys, wish),
    );
  }

  async planEnd(call: Call, { precondition, server }: OnServer): Promise<Plan> {
    return this.plans.ofNext(call, vsysOfPart(server), precondition, (vsys) => ended(vsys, server));
  }

  private async rescued(
    session: Session,
    call: Call,
    vsys: Present,
    { server: id, image: name }: Omit<RescueCommand, 'precondition'>,
  ): Promise<VsysSpec> {
    const server = getServer(vsys, id);
    const { items } = await listVServers(session, call.scope, { id }, { limit: 1 });
    const state = items[0]?.state;
    if (state === undefined) throw noServer(id);
    assertAllowed('vserver', id, 'change', state);
    const { images } = await this.admission.readCatalog(session, vsys.organizationId);
    const image = imageFor(server, name, images);
    await requireSnapshotsTaken(session, call, vsys, server);
    return withRescue(vsys.spec, id, templateOf(image));
  }
}

function ended(vsys: Present, id: VServerId): VsysSpec {
  getServer(vsys, id);
  return withoutRescue(vsys.spec, id);
}

function getServer(vsys: Present, id: VServerId): VServerSpec {
  const server = vsys.spec.servers.find((each) => each.id === id);
  if (server === undefined) throw noServer(id);
  assertAllowed('vsys', vsys.id, 'change', vsys.phase);
  return server;
}

/** Throws `invalid-request`. */
function imageFor(
  { name: server, memoryMiB }: VServerSpec,
  name: string,
  images: readonly CatalogImage[],
): CatalogImage {
  const image = images.find((each) => each.name === name);
  if (image === undefined || image.deprecated === true)
    throw new DomainError('invalid-request', `There is no image “${name}” to boot from.`, {
      pointer: '/image',
      remedy: 'Take one from the list of images.',
    });
  const needed = image.minMemoryMiB ?? 0;
  if (needed <= memoryMiB) return image;
  throw new DomainError(
    'invalid-request',
    `“${name}” needs ${needed} MiB of memory, “${server}” has ${memoryMiB}.`,
    { pointer: '/image', remedy: 'Choose another image, or give the server a larger type first.' },
  );
}

/** A snapshot is of the server as it is: it must not show another system. Throws `conflict`. */
async function requireSnapshotsTaken(
  session: Session,
  call: Call,
  { spec }: Present,
  { id, name }: VServerSpec,
): Promise<void> {
  for (const snapshot of spec.snapshots ?? []) {
    if (!snapshot.servers.includes(id)) continue;
    const { items } = await listSnapshots(session, call.scope, { id: snapshot.id }, { limit: 1 });
    const state = items[0]?.state ?? 'gone';
    if (state === 'ready') continue;
    throw new DomainError('conflict', `A snapshot of “${name}” is ${state}.`, {
      retry: 'after-change',
      remedy: 'Wait until it is taken, or delete it.',
      details: { snapshot: snapshot.id, state },
    });
  }
}
