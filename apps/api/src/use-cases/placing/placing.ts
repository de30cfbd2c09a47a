/** Where a design goes. What was seen and what was admitted is read here; the domain decides. */
import { Injectable } from '@nestjs/common';
import { listPlaces, lockPlaces, type PoolPlace, type Session } from '@openvsys/persistence';
import {
  choosePool,
  DomainError,
  type Catalog,
  type PoolId,
  type VsysDesign,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Place } from '../vsys/admission.js';
import { candidateOf } from './candidates.js';
import { demandOf, type Demand } from './demand.js';

export interface CapacityAnswer {
  readonly fits: boolean;
  readonly reason: string | null;
}

@Injectable()
export class Placing {
  /** For admission. Other admissions of the zone wait until the caller's transaction ends: nobody counts on the same memory or VLAN. */
  async reserve(session: Session, zoneId: string): Promise<void> {
    await lockPlaces(session, zoneId);
  }

  /** A pool of the zone for a new VSYS, or `only` that one. Throws `no-capacity` with the reasons. */
  async choose(
    session: Session,
    zoneId: string,
    design: VsysDesign,
    catalog: Catalog,
    only?: PoolId,
  ): Promise<Place> {
    const places = (await listPlaces(session, zoneId)).filter(({ draining }) => !draining);
    const open = places.filter(({ poolId }) => only === undefined || poolId === only);
    return decide(zoneId, open, { design, catalog });
  }

  /** The pool that a VSYS is in already, for a change. Throws `no-capacity` with the reasons. */
  async within(session: Session, pool: PoolId, zoneId: string, demand: Demand): Promise<Place> {
    const wanted = demandOf(demand);
    // A change that asks for nothing more is possible in a full or unreachable pool too.
    if (wanted.servers.length + wanted.disks.length + wanted.vlans === 0)
      return { poolId: pool, zoneId, sr: null };
    return decide(zoneId, await placesOf(session, pool, zoneId), demand);
  }

  /** Room in its pool for the servers that the next spec wants running and the previous one did not. Throws `no-capacity`. */
  async requireRoom(
    session: Session,
    pool: PoolId,
    zoneId: string,
    { previous, next }: { readonly previous: VsysSpec; readonly next: VsysSpec },
  ): Promise<void> {
    const ran = new Set(previous.servers.filter(({ power }) => power === 'running').map(({ id }) => id));
    const servers = next.servers
      .filter(({ id, power }) => power === 'running' && !ran.has(id))
      .map(({ memoryMiB, vcpus, image }) => ({ memoryMiB, vcpus, image, systemDiskGiB: 0 }));
    const places = await placesOf(session, pool, zoneId);
    choosePool({ servers, disks: [], vlans: 0 }, places.map(candidateOf));
  }

  /** The answer for a plan: a refusal is told, not thrown. */
  async check(place: () => Promise<unknown>): Promise<CapacityAnswer> {
    try {
      await place();
      return { fits: true, reason: null };
    } catch (error) {
      if (error instanceof DomainError && error.code === 'no-capacity')
        return { fits: false, reason: error.message };
      throw error;
    }
  }
}

async function placesOf(session: Session, pool: PoolId, zoneId: string): Promise<readonly PoolPlace[]> {
  const places = await listPlaces(session, zoneId);
  return places.filter(({ poolId }) => poolId === pool);
}

function decide(zoneId: string, places: readonly PoolPlace[], demand: Demand): Place {
  return { ...choosePool(demandOf(demand), places.map(candidateOf)), zoneId };
}
