// Purpose: hardware that guests could be given: virtual functions of network cards, GPUs, USB devices. The hosts have
// none, so what is asked for is checked as on a real host and refused for want of it.
import { invalidValue, XenFailure } from '../core/failure.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import { quick, type BehaviourTable } from '../dispatch/behaviour.js';
import { requireManaged, requireManagedNetwork } from './pif-rules.js';
import type { Args } from '../dispatch/args.js';
import type { SimPool } from '../core/sim-pool.js';

/** XenAPI network_sriov.create(PIF, network). No interface of the simulation has virtual functions. */
function createSriov(sim: SimPool, args: Args): never {
  const pif = sim.db.get('PIF', args.ref(0));
  const network = sim.db.get('network', args.ref(1));
  requireManagedNetwork(network);
  requireManaged(pif);
  if (!pif.bool('physical')) throw new XenFailure('PIF_IS_NOT_PHYSICAL', pif.ref);
  throw new XenFailure('PIF_IS_NOT_SRIOV_CAPABLE', pif.ref);
}

/** XenAPI VUSB.create(VM, USB group, other_config). */
function createVusb(sim: SimPool, args: Args): never {
  sim.db.get('VM', args.ref(0));
  const group = sim.db.get('USB_group', args.ref(1));
  // Groups only ever get devices by a scan of hardware, and there is none.
  throw new XenFailure('USB_GROUP_CONTAINS_NO_PUSBS', group.ref);
}

/** XenAPI VGPU.create(VM, GPU group, device, other_config, type). */
function createVgpu(sim: SimPool, args: Args): never {
  const vm = sim.db.get('VM', args.ref(0));
  const group = sim.db.get('GPU_group', args.ref(1));
  const device = args.text(2, '0');
  if (!/^\d+$/.test(device)) throw new XenFailure('INVALID_DEVICE', device);
  const type = args.ref(4);
  if (type !== NULL_REF) sim.db.get('VGPU_type', type);
  throw new XenFailure('VM_REQUIRES_VGPU', vm.ref, group.ref, type);
}

/** XenAPI Cluster.create(PIF, stack, …): the cluster manager is not simulated. */
function createCluster(stack: string, timeouts: readonly number[]): never {
  if (stack !== 'corosync') throw new XenFailure('INVALID_CLUSTER_STACK', stack);
  const [timeout = 20, coefficient = 1] = timeouts;
  // The least that the manager works with (XenAPI Cluster.create).
  if (timeout < 1) throw invalidValue('token_timeout', String(timeout));
  if (coefficient < 0.65) throw invalidValue('token_timeout_coefficient', String(coefficient));
  throw new XenFailure('NOT_IMPLEMENTED', 'Cluster.create');
}

/** The numbers given from a position on; left out ones stay undefined. */
function numbersFrom(args: Args, first: number): number[] {
  const given = args.count > first ? [args.at(first), args.at(first + 1)] : [];
  return given.filter((value) => typeof value === 'number');
}

export const HARDWARE: BehaviourTable = {
  'network_sriov.create': quick(({ sim }, args) => createSriov(sim, args)),
  'VUSB.create': quick(({ sim }, args) => createVusb(sim, args)),
  'VGPU.create': quick(({ sim }, args) => createVgpu(sim, args)),
  'Cluster.create': quick(({ sim }, args) => {
    sim.db.get('PIF', args.ref(0));
    return createCluster(args.text(1), numbersFrom(args, 3));
  }),
  'Cluster.pool_create': quick(({ sim }, args) => {
    sim.db.get('network', args.ref(0));
    return createCluster(args.text(1), numbersFrom(args, 2));
  }),
  'GPU_group.get_remaining_capacity': quick(({ sim }, args) => {
    sim.db.get('GPU_group', args.ref(0));
    sim.db.get('VGPU_type', args.ref(1));
    return 0;
  }),
};
