/**
 * Where a server starts: decided when its turn comes, from the pool's capacity of that moment minus what starts
 * under way will take. The choice itself is the pure `chooseHost`; this file keeps the reservations.
 */
import {
  asDomainError,
  chooseHost,
  companyOn,
  memoryNeededMiB,
  type HostCapacity,
  type HostCompany,
  type ServerDemand,
  type HostUuid,
  type Hypervisor,
  type PoolCapacity,
  type VServerStart,
  type VsysId,
} from '@openvsys/vsys';
import type { Bid, Room } from './limits.js';

export interface StartDemand {
  readonly vsysId: VsysId;
  readonly action: VServerStart;
  /** Hosts that refused this server lately. */
  readonly exclude: readonly HostUuid[];
}

interface Reservation {
  readonly host: HostUuid;
  readonly memoryMiB: number;
  readonly peer: string;
}

export class StartPlacement {
  readonly #reservations = new Set<Reservation>();
  #capacity: PoolCapacity | undefined;

  constructor(private readonly hypervisor: Pick<Hypervisor, 'capacity' | 'slots'>) {}

  /** Forgets the capacity read for the last look. */
  refresh(): void {
    this.#capacity = undefined;
  }

  /**
   * The best host, when it has a free start slot; else another one that spreads the role as well; else wait.
   * Refused with `no-capacity` when no host fits at all.
   */
  bid(demand: StartDemand, room: Room): Bid {
    const hosts = this.#hosts();
    const best = this.#tryChoose(hosts, demand);
    if (best === undefined) return this.#refuseOrWait(demand);
    if (room.hasRoom(this.hypervisor.slots(demand.action, best))) return this.#bidFor(best, demand);

    const company = companyOf(hosts, best, demand);
    const free = hosts.filter(
      (host) =>
        isAsGood(companyOn(host, serverOf(demand)), company) &&
        room.hasRoom(this.hypervisor.slots(demand.action, host.uuid)),
    );
    const other = this.#tryChoose(free, demand);
    return other === undefined ? { is: 'wait' } : this.#bidFor(other, demand);
  }

  /**
   * The pool may count a server that is just starting already, so it is counted twice for a while: what fits without
   * our reservations is worth waiting for until those starts are done.
   */
  #refuseOrWait(demand: StartDemand): Bid {
    this.#choose(this.hypervisor.capacity().hosts, demand);
    return { is: 'wait' };
  }

  #bidFor(host: HostUuid, demand: StartDemand): Bid {
    const reservation: Reservation = {
      host,
      memoryMiB: memoryNeededMiB(demand.action.memoryMiB, demand.action.vcpus),
      peer: peerName(demand),
    };
    return {
      is: 'slots',
      slots: this.hypervisor.slots(demand.action, host),
      host,
      taken: () => {
        this.#reservations.add(reservation);
        this.refresh();
        return () => {
          this.#reservations.delete(reservation);
          this.refresh();
        };
      },
    };
  }

  #choose(hosts: readonly HostCapacity[], { action, exclude, vsysId }: StartDemand): HostUuid {
    return chooseHost(hosts, serverOf({ vsysId, action }), { exclude }).uuid;
  }

  #tryChoose(hosts: readonly HostCapacity[], demand: StartDemand): HostUuid | undefined {
    if (hosts.length === 0) return undefined;
    try {
      return this.#choose(hosts, demand);
    } catch (error) {
      if (asDomainError(error).code === 'no-capacity') return undefined;
      throw error;
    }
  }

  /** The pool's hosts as they will be when all starts under way are done. */
  #hosts(): readonly HostCapacity[] {
    this.#capacity ??= this.#withReservations(this.hypervisor.capacity());
    return this.#capacity.hosts;
  }

  #withReservations(capacity: PoolCapacity): PoolCapacity {
    if (this.#reservations.size === 0) return capacity;
    const hosts = capacity.hosts.map((host) => {
      const mine = [...this.#reservations].filter((reservation) => reservation.host === host.uuid);
      const reserved = mine.reduce((sum, reservation) => sum + reservation.memoryMiB, 0);
      return {
        ...host,
        freeMemoryMiB: host.freeMemoryMiB - reserved,
        roles: [...host.roles, ...mine.map((reservation) => reservation.peer)],
      };
    });
    return { ...capacity, hosts };
  }
}

const peerName = (demand: StartDemand): string => `${demand.vsysId}/${demand.action.role}`;

function serverOf({ vsysId, action }: Pick<StartDemand, 'vsysId' | 'action'>): ServerDemand {
  const { role, memoryMiB, vcpus, affinity, together } = action;
  return {
    vsysId,
    role,
    memoryMiB,
    vcpus,
    ...(affinity === undefined ? {} : { affinity }),
    ...(together === undefined ? {} : { together }),
  };
}

function companyOf(hosts: readonly HostCapacity[], uuid: HostUuid, demand: StartDemand): HostCompany {
  const host = hosts.find((candidate) => candidate.uuid === uuid);
  return companyOn(host ?? { roles: [] }, serverOf(demand));
}

const isAsGood = (other: HostCompany, best: HostCompany): boolean =>
  other.unwanted <= best.unwanted && other.wanted >= best.wanted && other.bound >= best.bound;
