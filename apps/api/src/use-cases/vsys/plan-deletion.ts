/** The dry run of deleting: what vanishes and when, which addresses become free, what goes on costing. */
import { Injectable } from '@nestjs/common';
import { Database, getPresentSystem, getVsysSettings, listConnections } from '@openvsys/persistence';
import { absent, isVNet, lostContents, type VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { checkPrecondition } from '../precondition.js';
import { farewell, type DeleteVsysCommand } from './delete-vsys.js';
import { PlanVsys } from './plan-vsys.js';
import type { Plan } from './plan.js';

export interface PlannedDeletion {
  /** Deletion is refused as long as it is protected. */
  readonly isProtected: boolean;
  /** Until then it stays in the recycle bin, stopped, and can be restored; null: it is gone at once. */
  readonly binnedUntil: Date | null;
  /** Contents that vanish in the end. */
  readonly servers: readonly string[];
  readonly disks: readonly string[];
  readonly snapshots: readonly string[];
  readonly backups: readonly string[];
  /** Back-ups that stay and go on costing. */
  readonly keptBackups: readonly string[];
  readonly dataGiB: number;
  readonly freedAddresses: readonly string[];
  /** Connections to other systems that end for good; none while it is in the bin. */
  readonly connections: readonly string[];
  /** Parts that are charged while it is in the bin; none when it is gone at once. */
  readonly stillCharged: readonly string[];
}

export interface DeletionPlan extends Plan {
  readonly deletion: PlannedDeletion;
}

@Injectable()
export class PlanDeletion {
  constructor(
    private readonly database: Database,
    private readonly plan: PlanVsys,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `not-found`, `stale`, `conflict` when it is in the bin or being deleted already. Protection is told, not thrown. */
  async execute(call: Call, { vsysId, precondition, ...how }: DeleteVsysCommand): Promise<DeletionPlan> {
    const { spec, purgeAt, isProtected, connections } = await this.database.session(async (session) => {
      const vsys = await getPresentSystem(session, call.scope, vsysId, 'either');
      checkPrecondition(precondition, vsys.generation);
      const { bin, spec: next } = await farewell(session, vsys, how, this.time.now());
      const { protected: isProtected } = await getVsysSettings(session, vsysId);
      const ending = next.presence === 'absent' ? await listConnections(session, vsysId) : [];
      const connections = ending.map(({ id }) => id);
      const { backups } = next;
      const spec = { ...vsys.spec, ...(backups === undefined ? {} : { backups }) };
      return { spec, purgeAt: bin?.purgeAt ?? null, isProtected, connections };
    });
    const plan = await this.plan.ofNext(
      call,
      vsysId,
      precondition,
      async (vsys, session) => (await farewell(session, vsys, how, this.time.now())).spec,
      'either',
    );
    return { ...plan, deletion: { ...deletionOf(spec, purgeAt), isProtected, connections } };
  }
}

function deletionOf(
  spec: VsysSpec,
  binnedUntil: Date | null,
): Omit<PlannedDeletion, 'isProtected' | 'connections'> {
  const lost = lostContents(spec, absent(spec));
  // Those that belong to the VDC stay with it.
  const ownAddresses = spec.publicIps.filter(({ allocation }) => allocation === undefined);
  const named = (kind: string): string[] => lost.filter((part) => part.kind === kind).map(({ name }) => name);
  const gib = [
    ...spec.disks.map(({ sizeGiB }) => sizeGiB),
    ...spec.servers.map(({ systemDiskGiB }) => systemDiskGiB),
  ];
  return {
    binnedUntil,
    servers: named('vserver'),
    disks: named('vdisk'),
    snapshots: named('snapshot'),
    backups: named('backup'),
    keptBackups: (absent(spec).backups ?? []).map(({ id }) => id),
    dataGiB: gib.reduce((sum, each) => sum + each, 0),
    freedAddresses: [...ownAddresses.map(({ address }) => address), ...uplinksOf(spec)],
    stillCharged:
      binnedUntil === null
        ? []
        : [...spec.servers, ...spec.disks, ...ownAddresses].map(({ id }): string => id),
  };
}

/** Addresses of the zone that appliances have. */
const uplinksOf = ({ servers }: VsysSpec): string[] =>
  servers.flatMap(({ nics }) => nics.filter(({ net }) => !isVNet(net)).map(({ ipv4 }) => ipv4));
