// Purpose: what happens to a pool from outside: hosts die, the toolstack restarts, storage fills up, somebody else
// switches VMs.
import { bringDown, bringUp } from '../behaviours/vm-domain.js';
import { chooseHost } from '../behaviours/placement.js';
import { compactDate } from '../datamodel/xen-value.js';
import type { Row } from '../database/row.js';
import type { SimHost } from '../core/sim-host.js';
import type { SimPool } from '../core/sim-pool.js';

/** A silent host counts as live for ten minutes. */
const HEARTBEAT_LIMIT_MS = 10 * 60_000;

/** Called when connections of a host must break, with the host's index. */
export type DropConnections = (hostIndex: number) => void;

export class WorldEvents {
  constructor(
    private readonly sim: SimPool,
    private readonly dropSockets: DropConnections = () => undefined,
  ) {}

  /** Power failure of a host: unreachable at once, `live` turns false later, its VMs still read Running. */
  hostDown(index: number): void {
    const host = this.sim.hostAt(index);
    host.powered = false;
    this.setUnreachable(host, index);
    if (host.isMaster) this.sim.tasks.loseAll();
    this.sim.clock.schedule(
      HEARTBEAT_LIMIT_MS,
      () => {
        if (!host.powered) this.setLive(host.row, false);
      },
      'daemon',
    );
  }

  /** The host has booted again; VMs it ran are gone, the pool notices. */
  hostUp(index: number): void {
    const host = this.sim.hostAt(index);
    host.reachable = true;
    host.powered = true;
    this.setLive(host.row, true);
    for (const vm of this.sim.db.follow('VM', host.row.set('resident_VMs'))) {
      if (!vm.bool('is_control_domain')) bringDown(this.sim, vm);
    }
  }

  /** All hosts refuse connections for a while (simulated ms); what runs goes on running. */
  poolUnreachable(ms: number): void {
    const cut = this.sim.hosts.filter((host) => host.reachable);
    for (const host of cut) this.setUnreachable(host, this.sim.hosts.indexOf(host));
    this.sim.clock.schedule(ms, () => {
      for (const host of cut) host.reachable = host.powered;
    });
  }

  /** xapi restarts on the master: sessions and tasks are lost, references stay, connections break for a moment. */
  restartToolstack(): void {
    const { sim } = this;
    const master = sim.hosts.find((host) => host.isMaster);
    if (master === undefined) return;
    sim.sessions.endAll();
    sim.tasks.loseAll();
    sim.db.skipGenerations(1000);
    this.setUnreachable(master, sim.hosts.indexOf(master));
    const seconds = String(Math.floor(sim.clock.now() / 1000));
    sim.clock.schedule(sim.latency.sample('xapiRestart'), () => {
      master.reachable = master.powered;
      sim.db.update(master.row, {
        other_config: { ...master.row.map('other_config'), agent_start_time: seconds },
      });
    });
  }

  dropSessions(): void {
    this.sim.sessions.endAll();
  }

  /** Another host becomes master: sessions are not replicated, unfinished tasks are lost. */
  changeMaster(index: number): void {
    const { sim } = this;
    const next = sim.hostAt(index);
    sim.sessions.endAll();
    sim.tasks.loseAll();
    for (const host of sim.hosts) host.isMaster = host === next;
    sim.db.update(sim.pool, { master: next.row.ref });
  }

  /** A full SR refuses everything that needs space, whatever its numbers say. */
  setSrFull(sr: Row, full: 'full' | 'normal'): void {
    this.sim.db.update(sr, { forced_full: full === 'full' });
  }

  /** An administrator, or the guest itself, switches a VM without asking us. */
  switchVm(vm: Row, to: 'Halted' | 'Running'): void {
    const { sim } = this;
    if (vm.text('power_state') === to) return;
    if (to === 'Halted') bringDown(sim, vm);
    else bringUp(sim, vm, chooseHost(sim, vm), 'Running');
    sim.refreshAllowed(vm);
  }

  private setUnreachable(host: SimHost, index: number): void {
    host.reachable = false;
    this.sim.connections.cut(host, `${host.row.text('name_label')} went away`);
    this.dropSockets(index);
  }

  private setLive(host: Row, live: boolean): void {
    const metrics = this.sim.db.find('host_metrics', host.link('metrics'));
    if (metrics !== undefined) {
      this.sim.db.update(metrics, { live, last_updated: compactDate(this.sim.clock.now()) });
    }
  }
}
