// Purpose: interfaces of hosts (PIFs): plugged, given an address, made known and forgotten.
import { isIP } from 'node:net';
import { destroyVlan } from './vlan.js';
import { invalidValue, XenFailure } from '../core/failure.js';
import { isBondSlave, isTunnelAccess, requireManaged, requireNotBonded } from './pif-rules.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { quick, timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { requireNotManagement, requireNoTunnels, requireNoVlans } from './pif-rules.js';
import type { Args } from '../dispatch/args.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

const MAC_FORM = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/** @throws XenFailure PIF_UNMANAGED, CANNOT_PLUG_BOND_SLAVE, TRANSPORT_PIF_NOT_CONFIGURED */
function plugPif(sim: SimPool, pif: Row): void {
  requireManaged(pif);
  if (isBondSlave(pif)) throw new XenFailure('CANNOT_PLUG_BOND_SLAVE', pif.ref);
  for (const tunnel of sim.db.follow('tunnel', pif.set('tunnel_access_PIF_of'))) {
    const transport = sim.db.find('PIF', tunnel.link('transport_PIF'));
    if (transport?.text('ip_configuration_mode') === 'None')
      throw new XenFailure('TRANSPORT_PIF_NOT_CONFIGURED', transport.ref);
  }
  sim.db.update(pif, { currently_attached: true });
}

/** @throws XenFailure PIF_UNMANAGED, PIF_IS_MANAGEMENT_INTERFACE, PIF_DOES_NOT_ALLOW_UNPLUG */
function unplugPif(sim: SimPool, pif: Row): void {
  requireManaged(pif);
  requireNotManagement(pif);
  if (pif.bool('disallow_unplug')) throw new XenFailure('PIF_DOES_NOT_ALLOW_UNPLUG', pif.ref);
  sim.db.update(pif, { currently_attached: false });
}

/** @throws XenFailure DUPLICATE_PIF_DEVICE_NAME, MAC_INVALID */
function introducePif(sim: SimPool, args: Args): string {
  const host = sim.db.get('host', args.ref(0));
  const mac = args.text(1).toLowerCase();
  const device = args.text(2);
  if (mac !== '' && !MAC_FORM.test(mac)) throw new XenFailure('MAC_INVALID', mac);
  const known = sim.db.rows('PIF').filter((pif) => pif.link('host') === host.ref && pif.bool('physical'));
  if (known.some((pif) => pif.text('device') === device))
    throw new XenFailure('DUPLICATE_PIF_DEVICE_NAME', device);
  // The simulated hosts have no further hardware that could be found under the name.
  throw new XenFailure(
    'COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS',
    device,
    mac,
  );
}

/** @throws XenFailure PIF_IS_NOT_PHYSICAL, PIF_ALREADY_BONDED, PIF_VLAN_STILL_EXISTS … */
function forgetPif(sim: SimPool, pif: Row): void {
  requireManaged(pif);
  requireNotBonded(pif);
  requireNoVlans(pif);
  requireNoTunnels(pif);
  if (!pif.bool('physical')) throw new XenFailure('PIF_IS_NOT_PHYSICAL', pif.ref);
  requireNotManagement(pif);
  sim.db.remove(pif);
}

/** @throws XenFailure INVALID_IP_ADDRESS_SPECIFIED naming the argument */
function requireAddress(name: string, text: string): void {
  if (isIP(text) !== 4) throw new XenFailure('INVALID_IP_ADDRESS_SPECIFIED', name);
}

/** XenAPI PIF.reconfigure_ip(self, mode, IP, netmask, gateway, DNS). */
function reconfigureIp(sim: SimPool, args: Args): void {
  const pif = sim.db.get('PIF', args.ref(0));
  const mode = args.text(1);
  requireManaged(pif);
  if (mode === 'None') requireNotManagement(pif);
  if (mode === 'Static') {
    requireAddress('IP', args.text(2));
    requireAddress('netmask', args.text(3));
  }
  if (args.text(4) !== '') requireAddress('gateway', args.text(4));
  for (const server of args.text(5).split(',')) if (server !== '') requireAddress('DNS', server);
  const fixed = mode === 'Static';
  sim.db.update(pif, {
    ip_configuration_mode: mode,
    IP: fixed ? args.text(2) : '',
    netmask: fixed ? args.text(3) : '',
    gateway: args.text(4),
    DNS: args.text(5),
  });
}

/** XenAPI PIF.reconfigure_ipv6(self, mode, IPv6, gateway, DNS). */
function reconfigureIpv6(sim: SimPool, args: Args): void {
  const pif = sim.db.get('PIF', args.ref(0));
  const mode = args.text(1);
  requireManaged(pif);
  const [address = '', prefix] = args.text(2).split('/');
  if (mode === 'Static' && (isIP(address) !== 6 || prefix === undefined))
    throw new XenFailure('INVALID_CIDR_ADDRESS_SPECIFIED', 'IPv6');
  if (args.text(3) !== '' && isIP(args.text(3)) !== 6)
    throw new XenFailure('INVALID_IP_ADDRESS_SPECIFIED', 'gateway');
  for (const server of args.text(4).split(','))
    if (server !== '' && isIP(server) === 0) throw new XenFailure('INVALID_IP_ADDRESS_SPECIFIED', 'DNS');
  sim.db.update(pif, {
    ipv6_configuration_mode: mode,
    IPv6: mode === 'Static' ? [args.text(2)] : [],
    ipv6_gateway: args.text(3),
    DNS: args.text(4) === '' ? pif.text('DNS') : args.text(4),
  });
}

/** Only `gro` can be set, on interfaces that are not part of another one. */
function setProperty(sim: SimPool, pif: Row, name: string, value: string): void {
  requireManaged(pif);
  if (name !== 'gro' || !['on', 'off'].includes(value))
    throw invalidValue('properties', `${name} = ${value}`);
  if (isBondSlave(pif) || pif.link('VLAN_master_of') !== NULL_REF || isTunnelAccess(pif))
    throw new XenFailure('CANNOT_CHANGE_PIF_PROPERTIES', pif.ref);
  sim.db.update(pif, { properties: { ...pif.map('properties'), [name]: value } });
}

/** The untagged PIF of a VLAN. @throws XenFailure PIF_IS_PHYSICAL */
function vlanOfPif(sim: SimPool, pif: Row): Row {
  const vlan = sim.db.find('VLAN', pif.link('VLAN_master_of'));
  if (vlan === undefined) throw new XenFailure('PIF_IS_PHYSICAL', pif.ref);
  return vlan;
}

export const PIF: BehaviourTable = {
  'PIF.destroy': timed((call, args) =>
    destroyVlan(call, vlanOfPif(call.sim, call.sim.db.get('PIF', args.ref(0)))),
  ),
  'PIF.plug': quick(({ sim }, args) => plugPif(sim, sim.db.get('PIF', args.ref(0)))),
  'PIF.unplug': quick(({ sim }, args) => unplugPif(sim, sim.db.get('PIF', args.ref(0)))),
  'PIF.scan': quick(({ sim }, args) => void sim.db.get('host', args.ref(0))),
  'PIF.introduce': quick(({ sim }, args) => introducePif(sim, args)),
  'PIF.forget': quick(({ sim }, args) => forgetPif(sim, sim.db.get('PIF', args.ref(0)))),
  'PIF.db_forget': quick(({ sim }, args) => sim.db.remove(sim.db.get('PIF', args.ref(0)))),
  'PIF.reconfigure_ip': quick(({ sim }, args) => reconfigureIp(sim, args)),
  'PIF.reconfigure_ipv6': quick(({ sim }, args) => reconfigureIpv6(sim, args)),
  'PIF.set_property': quick(({ sim }, args) =>
    setProperty(sim, sim.db.get('PIF', args.ref(0)), args.text(1), args.text(2)),
  ),
};
