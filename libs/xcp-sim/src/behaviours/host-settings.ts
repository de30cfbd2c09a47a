// Purpose: settings of hosts, and the refusals to switch one off that is in use.
import { XenFailure } from '../core/failure.js';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const LONGEST_HOSTNAME = 63;

/** @throws XenFailure HOST_NAME_INVALID */
function requireHostname(name: string): void {
  if (name === '') throw new XenFailure('HOST_NAME_INVALID', 'Hostname empty');
  if (name.length > LONGEST_HOSTNAME) throw new XenFailure('HOST_NAME_INVALID', 'Hostname is too long');
  if (!/^[A-Za-z0-9.-]+$/.test(name))
    throw new XenFailure('HOST_NAME_INVALID', 'Hostname contains invalid characters');
}

/**
 * Power is not simulated from inside: what is refused on a real host is refused alike, the rest has no behaviour.
 * @throws XenFailure HOST_NOT_DISABLED, HOST_IN_USE
 */
function refusePowerOff(message: string): Behaviour {
  return quick(({ sim }, args) => {
    const host = sim.db.get('host', args.ref(0));
    if (host.bool('enabled')) throw new XenFailure('HOST_NOT_DISABLED');
    const guest = guestOf(sim, host);
    if (guest !== undefined) throw new XenFailure('HOST_IN_USE', host.ref, 'VM', guest.ref);
    throw new XenFailure('NOT_IMPLEMENTED', message);
  });
}

function guestOf(sim: SimPool, host: Row): Row | undefined {
  return sim.db
    .follow('VM', host.set('resident_VMs'))
    .find((vm) => !vm.bool('is_control_domain') && vm.text('power_state') !== 'Suspended');
}

/** Housekeeping that leaves no trace in the tables. */
const acknowledged: Behaviour = quick(({ sim }, args) => void sim.db.get('host', args.ref(0)));

const refuseWithoutHa: Behaviour = quick(() => {
  throw new XenFailure('HA_NOT_ENABLED');
});

export const HOST_SETTINGS: BehaviourTable = {
  'host.reboot': refusePowerOff('host.reboot'),
  'host.shutdown': refusePowerOff('host.shutdown'),
  'host.set_hostname_live': quick(({ sim }, args) => {
    const host = sim.db.get('host', args.ref(0));
    requireHostname(args.text(1));
    sim.db.update(host, { hostname: args.text(1) });
  }),
  'host.set_power_on_mode': quick(({ sim }, args) => {
    sim.db.update(sim.db.get('host', args.ref(0)), {
      power_on_mode: args.text(1),
      power_on_config: args.map(2),
    });
  }),
  'host.sync_data': acknowledged,
  'host.backup_rrds': acknowledged,
  'host.refresh_pack_info': acknowledged,
  'host.syslog_reconfigure': acknowledged,
  'host.emergency_ha_disable': refuseWithoutHa,
};
