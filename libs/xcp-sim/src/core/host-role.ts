// Purpose: which host answers a call itself, and what the others say instead.
import { XenFailure } from './failure.js';
import type { SimHost } from './sim-host.js';
import type { SimPool } from './sim-pool.js';

/** HOST_STILL_BOOTING of a toolstack that is not ready, HOST_IS_SLAVE[address of the master], or undefined. */
export function refusalByRole(sim: SimPool, host: SimHost, allowedOnSlave: boolean): XenFailure | undefined {
  // A member in emergency serves what leads out of it; one that starts serves nothing.
  if (host.toolstack === 'starting' || (host.toolstack === 'emergency' && !allowedOnSlave))
    return new XenFailure('HOST_STILL_BOOTING');
  if (host.isMaster || allowedOnSlave) return undefined;
  return new XenFailure('HOST_IS_SLAVE', host.believedMaster ?? sim.master.text('address'));
}
