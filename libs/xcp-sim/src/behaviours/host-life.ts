// Purpose: hosts go down and come up: power failures, reboots, deaths declared by an administrator.
//
//   powered ──power failure──► dark (`live` for ten minutes more, VMs still Running) ──boot──► powered, VMs gone
//   powered ──reboot/shutdown──► dark at once for everybody ──boot──► powered, enabled
import { becomeMaster, cutOff, forgetVolatile, restartToolstack, setLive } from './host-roles.js';
import { bringDown } from './vm-domain.js';
import { watchSilentHost } from './ha-recovery.js';
import type { Row } from '../database/row.js';
import type { SimHost } from '../core/sim-host.js';
import type { SimPool } from '../core/sim-pool.js';

/** A silent host counts as live for ten minutes. */
const HEARTBEAT_LIMIT_MS = 10 * 60_000;
/** Members try to reach their master for two minutes, then they go into emergency mode. */
const EMERGENCY_AFTER_MS = 120_000;

/** Guests that the pool believes to run on a host. */
export function guestsOf(sim: SimPool, host: Row): Row[] {
  return sim.db.follow('VM', host.set('resident_VMs')).filter((vm) => !vm.bool('is_control_domain'));
}

/** The machine is off from now on; nobody has been told. */
export function powerFailure(sim: SimPool, host: SimHost): void {
  host.powered = false;
  cutOff(sim, host);
  if (host.isMaster) loseMaster(sim, host);
  sim.clock.schedule(
    HEARTBEAT_LIMIT_MS,
    () => {
      if (!host.powered && host.row.alive) setLive(sim, host.row, false);
    },
    'daemon',
  );
  watchSilentHost(sim, host);
}

function loseMaster(sim: SimPool, master: SimHost): void {
  forgetVolatile(sim);
  sim.clock.schedule(
    EMERGENCY_AFTER_MS,
    () => {
      if (!master.isMaster || (master.powered && master.reachable)) return;
      for (const member of sim.hosts)
        if (member !== master && member.powered && member.row.alive) member.toolstack = 'emergency';
    },
    'daemon',
  );
}

/** The host has booted; VMs that it ran are gone, and the pool notices. Members find their master again. */
export function boot(sim: SimPool, host: SimHost): void {
  host.reachable = true;
  host.powered = true;
  host.toolstack = 'up';
  setLive(sim, host.row, true);
  for (const vm of guestsOf(sim, host.row)) bringDown(sim, vm);
  if (!host.isMaster) return;
  for (const member of sim.hosts) if (member.toolstack === 'emergency') member.toolstack = 'up';
}

/** A tidy end: the pool knows at once. `reboot` comes back by itself, enabled, after the time of a boot. */
export function goDown(sim: SimPool, host: SimHost, then: 'reboot' | 'stay off'): void {
  host.powered = false;
  cutOff(sim, host);
  setLive(sim, host.row, false);
  if (host.isMaster) loseMaster(sim, host);
  if (then === 'stay off') return;
  sim.clock.schedule(sim.latency.sample('hostReboot'), () => {
    if (host.row.alive) comeBack(sim, host);
  });
}

/** A host enables itself after a clean boot, unless it was disabled to stay so. */
export function comeBack(sim: SimPool, host: SimHost): void {
  boot(sim, host);
  const seconds = String(Math.floor(sim.clock.now() / 1000));
  sim.db.update(host.row, {
    ...(host.row.bool('stays_disabled') ? {} : { enabled: true }),
    other_config: { ...host.row.map('other_config'), agent_start_time: seconds, boot_time: seconds },
  });
  sim.refreshAllowed(host.row);
}

/** A member takes over a pool that lost its master: its own word is enough. */
export function takeOver(sim: SimPool, host: SimHost): void {
  const before = sim.hosts.find((known) => known.isMaster);
  const others = sim.hosts.filter((known) => known !== host);
  const lost = others.filter((known) => known.toolstack === 'emergency');
  const address = before?.row.text('address');
  becomeMaster(sim, host);
  // The others do not know yet: they wait for the old master until somebody tells them.
  for (const member of lost) member.toolstack = 'emergency';
  for (const member of others)
    if (member !== before && address !== undefined) member.believedMaster = address;
  restartToolstack(sim, host);
}

/** Tells members in emergency who leads now (XenAPI pool.recover_slaves). */
export function recoverMembers(sim: SimPool): Row[] {
  const lost = sim.hosts.filter(
    (host) => !host.isMaster && host.powered && host.reachable && host.believedMaster !== undefined,
  );
  for (const host of lost) {
    host.believedMaster = undefined;
    host.toolstack = 'up';
  }
  return lost.map((host) => host.row);
}
