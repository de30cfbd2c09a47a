// Purpose: what happens to a pool from outside, as far as whole hosts and the network are concerned: machines die and
// boot, the toolstack restarts, another host leads, clocks go wrong, storage fills up. What an administrator does to
// single objects is in `administrator.ts`.
import { Administrator } from './administrator.js';
import { becomeMaster, cutOff, restartToolstack } from '../behaviours/host-roles.js';
import { boot, powerFailure } from '../behaviours/host-life.js';
import { joinHost } from './join-host.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

export class WorldEvents {
  /** Somebody with the rights of root who does not tell us. */
  readonly administrator: Administrator;

  constructor(private readonly sim: SimPool) {
    this.administrator = new Administrator(sim);
  }

  /**
   * Power failure of a host: unreachable at once, `live` turns false ten minutes later, its VMs still read Running. With
   * high availability they are restarted elsewhere. Without a master the members go into emergency mode after two minutes.
   */
  hostDown(index: number): void {
    powerFailure(this.sim, this.sim.hostAt(index));
  }

  /** The host has booted again; VMs it ran are gone, the pool notices. */
  hostUp(index: number): void {
    boot(this.sim, this.sim.hostAt(index));
  }

  /** Another machine joins the pool; the answer is its index. */
  hostJoins(): number {
    return this.sim.hosts.indexOf(joinHost(this.sim));
  }

  /** All hosts refuse connections for a while (simulated ms); what runs goes on running. */
  poolUnreachable(ms: number): void {
    this.cutNetwork(
      this.sim.hosts.map((_host, index) => index),
      ms,
    );
  }

  /** These hosts refuse connections for a while (simulated ms); what runs goes on running. */
  cutNetwork(indexes: readonly number[], ms: number): void {
    const cut = indexes.map((index) => this.sim.hostAt(index)).filter((host) => host.reachable);
    for (const host of cut) cutOff(this.sim, host);
    this.sim.clock.schedule(ms, () => {
      for (const host of cut) host.reachable = host.powered;
    });
  }

  /**
   * xapi restarts on the master, or on the host given. On the master sessions and tasks are lost, references stay;
   * connections break, then HOST_STILL_BOOTING for a while.
   */
  restartToolstack(index = this.sim.hosts.findIndex((host) => host.isMaster)): void {
    restartToolstack(this.sim, this.sim.hostAt(index));
  }

  dropSessions(): void {
    this.sim.sessions.endAll();
  }

  /** Another host becomes master at once: sessions are not replicated, unfinished tasks are lost. */
  changeMaster(index: number): void {
    becomeMaster(this.sim, this.sim.hostAt(index));
  }

  /** A member that takes itself for the master answers as one, until the next change of master. */
  secondMaster(index: number): void {
    this.sim.hostAt(index).isMaster = true;
  }

  /** A member names a wrong address in HOST_IS_SLAVE; undefined corrects it. */
  misleadMember(index: number, address: string | undefined): void {
    this.sim.hostAt(index).believedMaster = address;
  }

  /** The member cannot find its master and answers HOST_STILL_BOOTING to everything but the way out. */
  setEmergency(index: number, mode: 'emergency' | 'up'): void {
    this.sim.hostAt(index).toolstack = mode;
  }

  /** The clock of a host is wrong by so many ms (XenAPI host.get_servertime). */
  skewClock(index: number, ms: number): void {
    this.sim.hostAt(index).clockSkewMs = ms;
  }

  /** New TLS connections to a host fail in the handshake, or work again. */
  setTls(index: number, state: 'broken' | 'working'): void {
    this.sim.hostAt(index).tlsBroken = state === 'broken';
  }

  /** A full SR refuses everything that needs space, whatever its numbers say. */
  setSrFull(sr: Row, full: 'full' | 'normal'): void {
    this.sim.db.update(sr, { forced_full: full === 'full' });
  }

  /** An administrator, or the guest itself, switches a VM without asking us. */
  switchVm(vm: Row, to: 'Halted' | 'Running'): void {
    this.administrator.switchVm(vm, to);
  }
}
