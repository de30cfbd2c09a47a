/** Where a design goes. What was seen and what was admitted is read here; the domain decides. */
import { Injectable } from '@nestjs/common';
import { listPlaces, type PoolPlace, type Session } from '@openvsys/persistence';
import {
  choosePool,
  DomainError,
  hasRoomBeside,
  isSmallDemand,
  type PlacementDemand,
  type PoolCandidate,
  type PoolChoice,
  type PoolId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Place } from '../vsys/admission.js';
import { candidateOf } from './candidates.js';
import { demandOf, type Demand } from './demand.js';
import { Crowded, ZoneTurns, type Turn } from './zone-turns.js';

export interface CapacityAnswer {
  readonly fits: boolean;
  readonly reason: string | null;
}

/** For plans, which take nothing. */
const ONLY_LOOKING: Turn = { company: 'alone', others: 0 };

@Injectable()
export class Placing {
  constructor(private readonly turns: ZoneTurns) {}

  /** For admissions: what `take` chooses and picks in its turn stays its own until the transaction ends. See `ZoneTurns`. */
  async inTurn<Taken>(
    session: Session,
    zoneId: string,
    take: (turn: Turn) => Promise<Taken>,
  ): Promise<Taken> {
    return this.turns.take(session, zoneId, take);
  }

  /**
   * A pool of the zone for a new VSYS, or `only` that one. Throws `no-capacity` with the reasons, and `Crowded` in a turn
   * beside others when there may not be room for all of them.
   */
  async choose(
    session: Session,
    zoneId: string,
    { design, catalog, only }: Pick<Demand, 'design' | 'catalog'> & { readonly only: PoolId | undefined },
    turn: Turn = ONLY_LOOKING,
  ): Promise<Place> {
    const places = (await listPlaces(session, zoneId)).filter(({ draining }) => !draining);
    const open = places.filter(({ poolId }) => only === undefined || poolId === only);
    return { ...decide(open, demandOf({ design, catalog }), turn), zoneId };
  }

  /** The pool that a VSYS is in already, for a change. Throws as `choose`. */
  async within(
    session: Session,
    pool: PoolId,
    zoneId: string,
    demand: Demand,
    turn: Turn = ONLY_LOOKING,
  ): Promise<Place> {
    const wanted = demandOf(demand);
    // A change that asks for nothing more is possible in a full or unreachable pool too.
    if (wanted.servers.length + wanted.disks.length + wanted.vlans === 0)
      return { poolId: pool, zoneId, sr: null };
    return { ...decide(await placesOf(session, pool, zoneId), wanted, turn), zoneId };
  }

  /** Room in its pool for the servers that the next spec wants running and the previous one did not. Throws as `choose`. */
  async requireRoom(
    session: Session,
    pool: PoolId,
    zoneId: string,
    { previous, next }: { readonly previous: VsysSpec; readonly next: VsysSpec },
    turn: Turn = ONLY_LOOKING,
  ): Promise<void> {
    const ran = new Set(previous.servers.filter(({ power }) => power === 'running').map(({ id }) => id));
    const servers = next.servers
      .filter(({ id, power }) => power === 'running' && !ran.has(id))
      .map(({ memoryMiB, vcpus, image }) => ({ memoryMiB, vcpus, image, systemDiskGiB: 0 }));
    decide(await placesOf(session, pool, zoneId), { servers, disks: [], vlans: 0 }, turn);
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

function decide(places: readonly PoolPlace[], demand: PlacementDemand, turn: Turn): PoolChoice {
  const candidates = places.map(candidateOf);
  const choice = choosePool(demand, candidates);
  if (turn.company === 'beside-others' && !isBesideOthers(demand, choice, candidates, turn.others))
    throw new Crowded();
  return choice;
}

function isBesideOthers(
  demand: PlacementDemand,
  choice: PoolChoice,
  candidates: readonly PoolCandidate[],
  others: number,
): boolean {
  const chosen = candidates.find(({ poolId }) => poolId === choice.poolId);
  return chosen !== undefined && isSmallDemand(demand) && hasRoomBeside(demand, choice, chosen, others);
}
