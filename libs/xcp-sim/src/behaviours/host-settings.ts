// Purpose: settings of hosts.
import { XenFailure } from '../core/failure.js';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';

const LONGEST_HOSTNAME = 63;

/** @throws XenFailure HOST_NAME_INVALID */
function requireHostname(name: string): void {
  if (name === '') throw new XenFailure('HOST_NAME_INVALID', 'Hostname empty');
  if (name.length > LONGEST_HOSTNAME) throw new XenFailure('HOST_NAME_INVALID', 'Hostname is too long');
  if (!/^[A-Za-z0-9.-]+$/.test(name))
    throw new XenFailure('HOST_NAME_INVALID', 'Hostname contains invalid characters');
}

/** Housekeeping that leaves no trace in the tables. */
const acknowledged: Behaviour = quick(({ sim }, args) => void sim.db.get('host', args.ref(0)));

export const HOST_SETTINGS: BehaviourTable = {
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
};
