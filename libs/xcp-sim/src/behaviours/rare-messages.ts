// Purpose: messages that hardly anybody sends, but that a real server answers in its own way: entries made in the
// database alone, old locks of disks, databases inside disks, ways of a VM that need what no guest here has.
import { assertVmOperation } from './vm-rules.js';
import { driverCan } from '../storage/storage-drivers.js';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';
import { XenFailure } from '../core/failure.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import type { Args } from '../dispatch/args.js';
import type { SimPool } from '../core/sim-pool.js';

/** XenAPI PIF.db_introduce: a row, whether or not there is such an interface. Parameters in the order of the message. */
function introducePifRow(sim: SimPool, args: Args): string {
  return sim.db.create('PIF', {
    device: args.text(0),
    network: args.ref(1),
    host: args.ref(2),
    MAC: args.text(3),
    MTU: args.int(4),
    VLAN: args.int(5),
    metrics: NULL_REF,
    physical: args.flag(6),
    currently_attached: false,
    ip_configuration_mode: args.text(7),
    IP: args.text(8),
    netmask: args.text(9),
    gateway: args.text(10),
    DNS: args.text(11),
    bond_slave_of: args.ref(12),
    VLAN_master_of: args.ref(13),
    management: args.flag(14),
    other_config: args.map(15),
    disallow_unplug: args.flag(16),
    ...optionalPifFields(args),
  }).ref;
}

/** Trailing parameters that newer callers add. */
function optionalPifFields(args: Args): Record<string, ReturnType<Args['at']>> {
  const names = [
    'ipv6_configuration_mode',
    'IPv6',
    'ipv6_gateway',
    'primary_address_type',
    'managed',
    'properties',
  ];
  const given = names.map((name, index) => [name, index + 17] as const).filter(([, at]) => at < args.count);
  return { managed: true, ...Object.fromEntries(given.map(([name, at]) => [name, args.at(at)])) };
}

/** Checks the state of the VM as a real server does; what would follow needs a guest that can do it. */
function onlyChecked(message: string, operation: string): Behaviour {
  return quick(({ sim }, args) => {
    assertVmOperation(sim.db.get('VM', args.ref(0)), operation);
    throw new XenFailure('NOT_IMPLEMENTED', message);
  });
}

export const RARE_MESSAGES: BehaviourTable = {
  'PIF.db_introduce': quick(({ sim }, args) => introducePifRow(sim, args)),
  'network.attach': quick(({ sim }, args) => {
    const network = sim.db.get('network', args.ref(0));
    const host = sim.db.get('host', args.ref(1));
    for (const pif of sim.db.follow('PIF', network.set('PIFs')))
      if (pif.link('host') === host.ref) sim.db.update(pif, { currently_attached: true });
  }),
  'VDI.force_unlock': quick(({ sim }, args) => {
    sim.db.get('VDI', args.ref(0));
    throw new XenFailure('MESSAGE_DEPRECATED');
  }),
  'VDI.generate_config': quick(({ sim }, args) => {
    sim.db.get('host', args.ref(0));
    const sr = sim.db.get('SR', sim.db.get('VDI', args.ref(1)).link('SR'));
    if (!driverCan(sr.text('type'), 'VDI_GENERATE_CONFIG'))
      throw new XenFailure('SR_OPERATION_NOT_SUPPORTED', sr.ref);
    throw new XenFailure('NOT_IMPLEMENTED', 'VDI.generate_config');
  }),
  'VDI.open_database': quick(({ sim }, args) => {
    const vdi = sim.db.get('VDI', args.ref(0));
    if (vdi.text('type') !== 'metadata')
      throw new XenFailure('VDI_INCOMPATIBLE_TYPE', vdi.ref, vdi.text('type'));
    throw new XenFailure('NOT_IMPLEMENTED', 'VDI.open_database');
  }),
  // No disk holds the database of another pool.
  'VDI.read_database_pool_uuid': quick(({ sim }, args) => {
    sim.db.get('VDI', args.ref(0));
    return '';
  }),
  'VM.csvm': onlyChecked('VM.csvm', 'csvm'),
  'VM.sysprep': onlyChecked('VM.sysprep', 'sysprep'),
};
