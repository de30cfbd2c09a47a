// Purpose: helpers of a site that the pool only notes: streaming servers with their proxies, and the controller of the
// software-defined network.
import { isIP } from 'node:net';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { XenFailure } from '../core/failure.js';
import type { Args } from '../dispatch/args.js';
import type { SimPool } from '../core/sim-pool.js';

const LAST_PORT = 65_535;
/** The port of OpenFlow controllers (XenAPI SDN_controller.introduce). */
const CONTROLLER_PORT = 6632;

/** @throws XenFailure VALUE_NOT_SUPPORTED */
function requirePort(name: string, port: number): void {
  if (port >= 1 && port <= LAST_PORT) return;
  throw new XenFailure('VALUE_NOT_SUPPORTED', name, String(port), 'Port out of range');
}

/** XenAPI PVS_server.introduce(addresses, first port, last port, site). */
function introduceServer(sim: SimPool, args: Args): string {
  const addresses = [...new Set(args.texts(0))];
  const [first, last] = [args.int(1), args.int(2)];
  if (addresses.some((address) => isIP(address) !== 4))
    throw new XenFailure('INVALID_IP_ADDRESS_SPECIFIED', 'addresses');
  requirePort('first_port', first);
  requirePort('last_port', last);
  if (last < first)
    throw new XenFailure(
      'VALUE_NOT_SUPPORTED',
      'last_port',
      String(last),
      'last_port smaller than first_port',
    );
  const site = sim.db.get('PVS_site', args.ref(3));
  const taken = new Set(sim.db.rows('PVS_server').flatMap((server) => server.set('addresses')));
  const used = addresses.find((address) => taken.has(address));
  if (used !== undefined) throw new XenFailure('PVS_SERVER_ADDRESS_IN_USE', used);
  return sim.db.create('PVS_server', { addresses, first_port: first, last_port: last, site: site.ref }).ref;
}

/** XenAPI PVS_proxy.create(site, VIF): the first interface of a VM, once. */
function createProxy(sim: SimPool, args: Args): string {
  const site = sim.db.get('PVS_site', args.ref(0));
  const vif = sim.db.get('VIF', args.ref(1));
  const present = sim.db.rows('PVS_proxy').filter((proxy) => proxy.link('VIF') === vif.ref);
  if (present.length > 0)
    throw new XenFailure('PVS_PROXY_ALREADY_PRESENT', ...present.map((proxy) => proxy.ref));
  if (vif.text('device') !== '0') throw new XenFailure('PVS_VIF_MUST_BE_FIRST_DEVICE');
  return sim.db.create('PVS_proxy', { site: site.ref, VIF: vif.ref }).ref;
}

/** @throws XenFailure OPERATION_NOT_ALLOWED, INVALID_IP_ADDRESS_SPECIFIED, VALUE_NOT_SUPPORTED */
function introduceController(sim: SimPool, args: Args): string {
  if (sim.db.count('SDN_controller') > 0)
    throw new XenFailure(
      'OPERATION_NOT_ALLOWED',
      'SDN controller has been configured. Please forget it first.',
    );
  const [protocol, address, port] = [args.text(0, 'ssl'), args.text(1), args.int(2)];
  if (protocol === 'pssl') requirePassive(address, port);
  else if (isIP(address) === 0) throw new XenFailure('INVALID_IP_ADDRESS_SPECIFIED', 'address');
  else if (port !== 0) requirePort('port', port);
  return sim.db.create('SDN_controller', { protocol, address, port: port === 0 ? CONTROLLER_PORT : port })
    .ref;
}

/** A passive controller connects to the hosts, so it has no address of its own here. */
function requirePassive(address: string, port: number): void {
  if (address !== '')
    throw new XenFailure(
      'OPERATION_NOT_ALLOWED',
      'IP address should not be specified when using "pssl" protocol.',
    );
  if (port !== 0)
    throw new XenFailure('OPERATION_NOT_ALLOWED', 'Port should not be specified when using "pssl" protocol.');
}

function forget(cls: string): BehaviourTable[string] {
  return quick(({ sim }, args) => sim.db.remove(sim.db.get(cls, args.ref(0))));
}

export const SITE_SERVICES: BehaviourTable = {
  'PVS_server.introduce': quick(({ sim }, args) => introduceServer(sim, args)),
  'PVS_server.forget': forget('PVS_server'),
  'PVS_proxy.create': quick(({ sim }, args) => createProxy(sim, args)),
  'PVS_proxy.destroy': forget('PVS_proxy'),
  'SDN_controller.introduce': quick(({ sim }, args) => introduceController(sim, args)),
  'SDN_controller.forget': forget('SDN_controller'),
};
