// Purpose: tunnels: networks between hosts that ride on the address of another interface.
import { isBondSlave, isTunnelAccess, requireManaged, requireManagedNetwork } from './pif-rules.js';
import { NO_HARDWARE_MAC } from './vlan.js';
import { requireNoOtherPif } from './pif-rules.js';
import { timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { XenFailure } from '../core/failure.js';
import type { Call } from '../core/call.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** @throws XenFailure NETWORK_UNMANAGED, NETWORK_ALREADY_CONNECTED, IS_TUNNEL_ACCESS_PIF, OPENVSWITCH_NOT_ACTIVE … */
function checkTunnel(sim: SimPool, transport: Row, network: Row): void {
  requireManagedNetwork(network);
  requireNoOtherPif(sim, network, transport.link('host'));
  requireManaged(transport);
  if (isBondSlave(transport)) throw new XenFailure('CANNOT_ADD_TUNNEL_TO_BOND_SLAVE', transport.ref);
  if (isTunnelAccess(transport)) throw new XenFailure('IS_TUNNEL_ACCESS_PIF', transport.ref);
  const withoutSwitch = sim.db
    .rows('host')
    .some((host) => host.map('software_version')['network_backend'] !== 'openvswitch');
  if (withoutSwitch) throw new XenFailure('OPENVSWITCH_NOT_ACTIVE');
}

/** Access interfaces are numbered: tunnel0, tunnel1 … */
function nextDevice(sim: SimPool, host: string): string {
  const taken = new Set(
    sim.db
      .rows('PIF')
      .filter((pif) => pif.link('host') === host)
      .map((pif) => pif.text('device')),
  );
  let number = 0;
  while (taken.has(`tunnel${number}`)) number += 1;
  return `tunnel${number}`;
}

async function createTunnel(call: Call, transport: Row, network: Row, protocol: string): Promise<string> {
  const { sim } = call;
  checkTunnel(sim, transport, network);
  await call.spend('vlanPerHost');
  checkTunnel(sim, transport, network);
  const host = transport.link('host');
  const access = sim.db.create('PIF', {
    device: nextDevice(sim, host),
    network: network.ref,
    host,
    MAC: NO_HARDWARE_MAC,
    MTU: transport.int('MTU'),
    VLAN: -1,
    physical: false,
    currently_attached: false,
    managed: true,
  });
  return sim.db.create('tunnel', { access_PIF: access.ref, transport_PIF: transport.ref, protocol }).ref;
}

function destroyTunnel(sim: SimPool, tunnel: Row): void {
  const access = sim.db.find('PIF', tunnel.link('access_PIF'));
  sim.db.remove(tunnel);
  if (access !== undefined) sim.db.remove(access);
}

export const TUNNEL: BehaviourTable = {
  'tunnel.create': timed((call, args) => {
    const { db } = call.sim;
    const [transport, network] = [db.get('PIF', args.ref(0)), db.get('network', args.ref(1))];
    return createTunnel(call, transport, network, args.text(2, 'gre'));
  }),
  'tunnel.destroy': timed(async (call, args) => {
    const tunnel = call.sim.db.get('tunnel', args.ref(0));
    await call.spend('vlanPerHost');
    destroyTunnel(call.sim, tunnel);
  }),
};
