// Purpose: what high availability does when a host falls silent.
//
//   silence ──timeout──► host declared dead ──► master among them: another host leads
//                                          └──► its VMs: best placed first by `order`, each order waits for the one before
import { becomeMaster, restartToolstack, setLive } from './host-roles.js';
import { bringDown } from './vm-domain.js';
import { chooseHost } from './placement.js';
import { internalCall } from '../core/internal-call.js';
import { isProtected, refreshPlan } from './ha-plan.js';
import { postMessage } from './messages.js';
import { sleep } from '../clock/sim-clock.js';
import { startVm } from './vm-power.js';
import type { Row } from '../database/row.js';
import type { SimHost } from '../core/sim-host.js';
import type { SimPool } from '../core/sim-pool.js';

/** Heartbeats must be missing for so long: the default of the HA daemon. */
const HEARTBEAT_TIMEOUT_MS = 60_000;

/** A host is gone; with high availability the pool finds out and recovers. */
export function watchSilentHost(sim: SimPool, host: SimHost): void {
  if (!sim.pool.bool('ha_enabled')) return;
  sim.clock.schedule(HEARTBEAT_TIMEOUT_MS, () => {
    if (host.powered || !sim.pool.bool('ha_enabled')) return;
    sim.runInBackground(() => recover(sim, host));
  });
}

async function recover(sim: SimPool, dead: SimHost): Promise<void> {
  if (dead.isMaster && !elect(sim, dead)) return;
  setLive(sim, dead.row, false);
  postMessage(sim, 'HA_HOST_FAILED', { cls: 'Host', uuid: dead.row.uuid });
  const lost = sim.db
    .follow('VM', dead.row.set('resident_VMs'))
    .filter((vm) => !vm.bool('is_control_domain'));
  for (const vm of lost) bringDown(sim, vm);
  const wanted = lost.filter((vm) => vm.bool('ha_always_run'));
  await restartInOrder(sim, wanted.filter(isProtected));
  await restartInOrder(
    sim,
    wanted.filter((vm) => !isProtected(vm)),
  );
  refreshPlan(sim);
}

/** False if nobody is left to lead. */
function elect(sim: SimPool, dead: SimHost): boolean {
  const next = sim.hosts.find((host) => host !== dead && host.powered && host.row.alive);
  if (next === undefined) return false;
  becomeMaster(sim, next);
  restartToolstack(sim, next);
  return true;
}

/** VMs of one order start together; the next order waits for them and for the longest `start_delay`. */
async function restartInOrder(sim: SimPool, vms: readonly Row[]): Promise<void> {
  const orders = [...new Set(vms.map((vm) => vm.int('order')))].toSorted((a, b) => a - b);
  for (const order of orders) {
    const group = vms.filter((vm) => vm.int('order') === order);
    await Promise.all(group.map((vm) => restart(sim, vm)));
    const delay = Math.max(0, ...group.map((vm) => vm.int('start_delay')));
    if (delay > 0) await sleep(sim.clock, delay * 1000);
  }
}

async function restart(sim: SimPool, vm: Row): Promise<void> {
  if (!vm.alive || vm.text('power_state') !== 'Halted') return;
  try {
    await internalCall(sim, 'VM.start', sim.master, (call) =>
      startVm(call, vm, 'start', false, (candidate) => chooseHost(sim, candidate)),
    );
  } catch {
    postMessage(sim, 'HA_PROTECTED_VM_RESTART_FAILED', { cls: 'VM', uuid: vm.uuid });
  }
}
