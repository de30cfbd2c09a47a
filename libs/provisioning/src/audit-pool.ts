/**
 * What carries our tags in a pool but belongs to nothing we know. Only reported: nothing is ever removed by itself,
 * since a database restored to an older point would make living systems look like orphans.
 */
import type { Hypervisor, OwnedObject, PoolId, ProvisioningStore, VsysId } from '@openvsys/vsys';

export interface PoolAudit {
  /** Ours by their tags, of a VSYS that does not live in this pool. */
  readonly orphans: readonly OwnedObject[];
  /** Two genuine objects of one class claim the same part. */
  readonly twins: readonly OwnedObject[];
  /** Copies that somebody made of our objects: they carry our tags but are not ours. */
  readonly copies: number;
}

const PAGE = 1000;

/** Compares the pool's inventory with the systems that live in it. Read-only. */
export async function auditPool(
  hypervisor: Pick<Hypervisor, 'inventory'>,
  store: Pick<ProvisioningStore, 'listLive'>,
  poolId: PoolId,
): Promise<PoolAudit> {
  // The inventory first: a system admitted in between is then known, not an orphan.
  const inventory = hypervisor.inventory();
  const live = await readLive(store, poolId);
  const genuine = inventory.filter((object) => object.genuine);
  return {
    orphans: genuine.filter((object) => !live.has(object.vsys)),
    twins: twinsIn(genuine),
    copies: inventory.length - genuine.length,
  };
}

async function readLive(
  store: Pick<ProvisioningStore, 'listLive'>,
  poolId: PoolId,
): Promise<ReadonlySet<VsysId>> {
  const live = new Set<VsysId>();
  let after: VsysId | null = null;
  for (;;) {
    const page: readonly VsysId[] = await store.listLive(poolId, after, PAGE);
    for (const vsys of page) live.add(vsys);
    after = page.at(-1) ?? null;
    if (page.length < PAGE) return live;
  }
}

/** System disks share the part of their server, so only objects of one class can be twins; disks of servers are many. */
function twinsIn(objects: readonly OwnedObject[]): readonly OwnedObject[] {
  const byClaim = new Map<string, OwnedObject[]>();
  for (const object of objects) {
    if (object.class !== 'VM' && object.class !== 'network') continue;
    const claim = `${object.class} ${object.part}`;
    byClaim.set(claim, [...(byClaim.get(claim) ?? []), object]);
  }
  return [...byClaim.values()].filter((claimants) => claimants.length > 1).flat();
}
