/**
 * Updates an EFM: its appliances are made anew from the newest image, with tokens of their own. Of a pair the one that stands by
 * comes first, and the other one only when the fresh one serves (`apps/worker/src/due/run-efm-updates.ts`); a single appliance does not
 * serve meanwhile, so that has to be accepted.
 */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getEfmPlace,
  getVsys,
  insertEfmUpdate,
  listEfmUpdates,
  listStandbys,
  type EfmUpdateRecord,
  type Page,
  type PageRequest,
  type Session,
} from '@openvsys/persistence';
import {
  appliancesOf,
  DomainError,
  templateOf,
  withFreshSystem,
  withImageOf,
  withoutBoot,
  type ApplianceImage,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import type { PartEdit } from '../parts/edit-parts.js';

interface Target {
  readonly vsysId: VsysId;
  /** Name of the EFM. */
  readonly efm: string;
  /** In the order in which they are made anew. */
  readonly appliances: readonly [VServerId, ...VServerId[]];
}

@Injectable()
export class UpdateEfm {
  constructor(
    private readonly database: Database,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found`, and `conflict` for a single appliance whose interruption was not accepted. */
  async edit(
    call: Call,
    id: VServerId,
    { acceptInterruption }: { readonly acceptInterruption: boolean },
  ): Promise<PartEdit> {
    const target = await this.database.session(async (session) => findTarget(session, call, id));
    if (target.appliances.length === 1 && !acceptInterruption) throw interrupted(target.efm);
    return this.editOf(call, target);
  }

  /** The newest first. Throws `not-found`. */
  async list(call: Call, id: VServerId, page: PageRequest): Promise<Page<EfmUpdateRecord>> {
    return this.database.session(async (session) => {
      const { vsysId, efm } = await findTarget(session, call, id);
      return listEfmUpdates(session, vsysId, efm, page);
    });
  }

  private editOf(call: Call, { vsysId, efm, appliances }: Target): PartEdit {
    const [first] = appliances;
    let image: ApplianceImage | undefined;
    return {
      vsysId,
      about: { kind: 'efm.update', resource: first },
      draft: ({ descriptor, values }) => ({ document: descriptor, values, places: [] }),
      regard: (previous, catalog) => {
        const { systemDiskGiB } = catalog.efm.image;
        image = { image: templateOf(catalog.efm.image), systemDiskGiB };
        return withImageOf(withoutBoot(previous, appliances), first, image);
      },
      shape: (next) => withFreshSystem(next, first),
      also: async (session, { spec, organizationId, at }) => {
        if (image === undefined) throw new DomainError('internal', 'The image was not chosen.');
        const facts = { vsysId, efm, appliances, ...image, generation: spec.generation };
        const asked = {
          id: this.ids.uuid(),
          organizationId,
          requestedBy: call.principal.actor,
          createdAt: at,
        };
        await insertEfmUpdate(session, { ...facts, ...asked });
      },
    };
  }
}

async function findTarget(session: Session, call: Call, id: VServerId): Promise<Target> {
  const { vsysId } = await getEfmPlace(session, call.scope, id);
  const { spec } = await getVsys(session, call.scope, vsysId);
  const own = spec.servers.find((server) => server.id === id);
  const all = own === undefined ? [] : appliancesOf(spec, own.role).map((server) => server.id);
  const standbys = await listStandbys(session, all);
  // Without word from them the second one stands by, as it is configured to.
  const isLater = (each: VServerId): boolean => !standbys.includes(each);
  const [first, ...others] = all.toReversed().toSorted((a, b) => Number(isLater(a)) - Number(isLater(b)));
  if (own === undefined || first === undefined)
    throw new DomainError('not-found', `No EFM has the id “${id}”.`);
  return { vsysId, efm: own.role, appliances: [first, ...others] };
}

function interrupted(efm: string): DomainError {
  return new DomainError(
    'conflict',
    `“${efm}” is a single appliance: nothing passes it while it is made anew.`,
    {
      pointer: '/acceptInterruption',
      retry: 'after-change',
      remedy:
        'Send acceptInterruption, or make it a pair first (redundant: true); a dry run shows how long it may take.',
    },
  );
}
