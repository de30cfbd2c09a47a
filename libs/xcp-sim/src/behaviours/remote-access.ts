// Purpose: ways into hosts beside the API: SSH and consoles with their timeouts, HTTPS only, TLS verification. Set for
// one host or for all; the pool's form does it for each host.
import { compactDate, EPOCH_DATE } from '../datamodel/xen-value.js';
import { invalidValue, XenFailure } from '../core/failure.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Args } from '../dispatch/args.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Two days, in seconds: the longest time SSH can be open by timer (XenAPI host.set_ssh_enabled_timeout). */
const LONGEST_SSH_S = 2 * 86_400;

type HostChange = (sim: SimPool, host: Row, args: Args) => void;

/** The same change as a message of host and of pool. */
function forHostAndPool(message: string, change: HostChange): BehaviourTable {
  return {
    [`host.${message}`]: quick(({ sim }, args) => change(sim, sim.db.get('host', args.ref(0)), args)),
    [`pool.${message}`]: quick(({ sim }, args) => {
      sim.db.get('pool', args.ref(0));
      for (const host of sim.db.rows('host')) change(sim, host, args);
    }),
  };
}

function expiryOf(sim: SimPool, seconds: number): string {
  return seconds === 0 ? EPOCH_DATE : compactDate(sim.clock.now() + seconds * 1000);
}

function requireSeconds(name: string, seconds: number, longest: number): void {
  if (seconds < 0 || seconds > longest) throw invalidValue(name, String(seconds));
}

export const REMOTE_ACCESS: BehaviourTable = {
  ...forHostAndPool('enable_ssh', (sim, host) =>
    sim.db.update(host, {
      ssh_enabled: true,
      ssh_expiry: expiryOf(sim, host.int('ssh_enabled_timeout')),
      // Opened by hand, it no longer follows the state of the toolstack.
      ssh_auto_mode: false,
    }),
  ),
  ...forHostAndPool('disable_ssh', (sim, host) =>
    sim.db.update(host, { ssh_enabled: false, ssh_expiry: compactDate(sim.clock.now()) }),
  ),
  ...forHostAndPool('set_ssh_enabled_timeout', (sim, host, args) => {
    requireSeconds('ssh_enabled_timeout', args.int(1), LONGEST_SSH_S);
    sim.db.update(host, { ssh_enabled_timeout: args.int(1) });
    if (host.bool('ssh_enabled')) sim.db.update(host, { ssh_expiry: expiryOf(sim, args.int(1)) });
  }),
  ...forHostAndPool('set_console_idle_timeout', (sim, host, args) => {
    requireSeconds('console_idle_timeout', args.int(1), Number.MAX_SAFE_INTEGER);
    sim.db.update(host, { console_idle_timeout: args.int(1) });
  }),
  ...forHostAndPool('set_ssh_auto_mode', (sim, host, args) =>
    sim.db.update(host, { ssh_auto_mode: args.flag(1) }),
  ),
  ...forHostAndPool('set_https_only', (sim, host, args) => sim.db.update(host, { https_only: args.flag(1) })),
  'pool.enable_tls_verification': quick(({ sim }) => {
    sim.db.update(sim.pool, { tls_verification_enabled: true });
    for (const host of sim.db.rows('host')) sim.db.update(host, { tls_verification_enabled: true });
  }),
  'host.emergency_disable_tls_verification': quick(({ sim, host }) => {
    sim.db.update(host, { tls_verification_enabled: false });
  }),
  'host.emergency_reenable_tls_verification': quick(({ sim, host }) => {
    sim.db.update(host, { tls_verification_enabled: true });
  }),
  // The old protocol is gone for good; asking for its end is granted.
  'pool.disable_ssl_legacy': quick(({ sim }, args) => void sim.db.get('pool', args.ref(0))),
  'host.set_ssl_legacy': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    if (args.flag(1))
      throw new XenFailure('VALUE_NOT_SUPPORTED', 'value', 'true', 'Only support set ssl_legacy to false');
  }),
  'pool.enable_client_certificate_auth': quick(({ sim }, args) => {
    sim.db.update(sim.db.get('pool', args.ref(0)), {
      client_certificate_auth_enabled: true,
      client_certificate_auth_name: args.text(1),
    });
  }),
  'pool.disable_client_certificate_auth': quick(({ sim }, args) => {
    sim.db.update(sim.db.get('pool', args.ref(0)), {
      client_certificate_auth_enabled: false,
      client_certificate_auth_name: '',
    });
  }),
};
