/** What is done to Networks, network cards and public Addresses. */
import { nicId, publicIpId, vnetId, vserverId, type VsysId } from '@openvsys/vsys';
import { namedNet, namedPublicIp } from '../../../use-cases/parts/named-edits.js';
import { deletedNet, deletedPublicIp } from '../../../use-cases/parts/network-edits.js';
import { createdNic, deletedNic } from '../../../use-cases/parts/server-edits.js';
import { attribute, GIVEN, reference } from '../model/attribute.js';
import { COMMON } from '../model/common.types.js';
import { MACHINE_NETWORK_INTERFACE } from '../model/machine.types.js';
import type { Input } from '../read/input.js';
import type { CimiContext } from './context.js';
import { isInput, withTemplate } from './credentials.js';
import type { Adding, Changes, Outcome } from './face.js';
import { getMachine } from './find.js';
import { interfaceOf } from './interface-views.js';
import { acceptedJob } from './jobs.js';
import { newPart, notesBeside } from './new-part.js';
import { writeNotes } from './notes.js';
import { idOf, PUBLIC_NETWORK } from './paths.js';
import { STORED_FACES } from './templates.js';
import { missing, notServed, wrong } from './wish-errors.js';
import { getNetwork } from './network-views.js';
import { getAddress } from './addresses.js';
import { isVdcAddress, removeVdcAddress } from './vdc-addresses.js';

export function addNetwork(context: CimiContext, system?: VsysId): Adding {
  return {
    permission: 'vsys:change',
    body: [...COMMON, attribute('networkTemplate', reference('NetworkTemplate'), GIVEN)],
    types: ['NetworkCreate', 'Network'],
    run: async (body) => createNetwork(context, body, system),
  };
}

async function createNetwork(context: CimiContext, body: Input, system?: VsysId): Promise<Outcome> {
  const given = body['networkTemplate'];
  if (!isInput(given)) throw missing('networkTemplate');
  const template = await withTemplate(context, 'NetworkTemplate', given);
  const mtu = await mtuOf(context, template);
  const vsysId = system ?? (await context.use.defaultSystem.execute(context.callFor('default-system')));
  const net = { cidr: 'auto', gateway: 'firewall', ...(mtu === undefined ? {} : { mtu }) } as const;
  const named = namedNet(vsysId, typeof body['name'] === 'string' ? body['name'] : 'network', net);
  const accepted = await context.use.edit.execute(context.call, named.edit);
  const id = newPart(accepted, 'vnet', named.chosen());
  await writeNotes(context, vsysId, id, notesBeside(body, named.chosen()));
  return { kind: 'accepted', job: acceptedJob(context, accepted), resource: await getNetwork(context, id) };
}

/** Throws `invalid-request`, `not-implemented` for public networks: those are the provider's. */
async function mtuOf(context: CimiContext, template: Input): Promise<number | undefined> {
  const { networkConfig, initialState, forwardingGroup } = template;
  if (isInput(forwardingGroup))
    throw notServed('Networks of a system reach each other through its firewall.');
  if (typeof initialState === 'string' && initialState !== 'STARTED')
    throw wrong('networkTemplate/initialState', 'STARTED: networks are there or not');
  const config = isInput(networkConfig) ? networkConfig : {};
  const stored = STORED_FACES['network_configurations'];
  const named =
    typeof config['href'] === 'string' && stored !== undefined
      ? (await stored(context).get(idOf(config['href']))).attributes
      : {};
  const { networkType, mtu, classOfService } = { ...named, ...config };
  if (networkType === 'PUBLIC') throw notServed('The public network is the provider’s.');
  if (typeof classOfService === 'string') throw notServed('Networks have no classes of service.');
  return typeof mtu === 'number' ? mtu : undefined;
}

export async function editNetwork(context: CimiContext, id: string, changes: Changes): Promise<Outcome> {
  const { vsysId } = await context.use.parts.getVNet(context.call, vnetId(id));
  await writeNotes(context, vsysId, id, changes);
  return { kind: 'done', resource: await getNetwork(context, id) };
}

/** Throws `conflict` while machines are in it. */
export async function removeNetwork(context: CimiContext, id: string): Promise<Outcome> {
  const accepted = await context.use.edit.execute(context.call, deletedNet(vnetId(id)));
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}

export function addInterface(context: CimiContext, machine: string): Adding {
  return {
    permission: 'vsys:change',
    body: [...COMMON, ...MACHINE_NETWORK_INTERFACE],
    types: ['MachineNetworkInterface', 'MachineNetworkInterfaceCreate'],
    run: async ({ network, networkPort, mtu }) => {
      if (isInput(networkPort)) throw notServed('Network ports come with the interface.');
      const href = isInput(network) ? network['href'] : undefined;
      if (typeof href !== 'string') throw missing('network');
      if (idOf(href) === PUBLIC_NETWORK) throw notServed('Machines are in private networks.');
      const before = new Set((await getMachine(context, machine)).nics.map(({ id }) => id));
      const nic = { vnetId: vnetId(idOf(href)), ...(typeof mtu === 'number' ? { mtu } : {}) };
      const accepted = await context.use.edit.execute(context.call, createdNic(vserverId(machine), nic));
      const after = (await getMachine(context, machine)).nics.find(({ id }) => !before.has(id));
      const job = acceptedJob(context, accepted);
      return after === undefined
        ? { kind: 'accepted', job }
        : { kind: 'accepted', job, resource: interfaceOf(context, machine, after) };
    },
  };
}

export async function removeInterface(context: CimiContext, nic: string): Promise<Outcome> {
  const accepted = await context.use.edit.execute(context.call, deletedNic(nicId(nic)));
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}

export function addAddress(context: CimiContext, system?: VsysId): Adding {
  return {
    permission: 'vsys:change',
    body: [...COMMON, attribute('addressTemplate', reference('AddressTemplate'), GIVEN)],
    types: ['AddressCreate', 'Address'],
    run: async (body) => {
      const template = await withTemplate(context, 'AddressTemplate', body['addressTemplate']);
      requirePublic(template);
      const vsysId = system ?? (await context.use.defaultSystem.execute(context.callFor('default-system')));
      const named = namedPublicIp(vsysId, typeof body['name'] === 'string' ? body['name'] : 'address');
      const accepted = await context.use.edit.execute(context.call, named.edit);
      const id = newPart(accepted, 'public-ip', named.chosen());
      await writeNotes(context, vsysId, id, notesBeside(body, named.chosen()));
      return {
        kind: 'accepted',
        job: acceptedJob(context, accepted),
        resource: await getAddress(context, id),
      };
    },
  };
}

function requirePublic({ network, ip, allocation }: Input): void {
  const href = isInput(network) ? network['href'] : undefined;
  if (typeof href === 'string' && idOf(href) !== PUBLIC_NETWORK)
    throw notServed('Addresses of private networks come with the interfaces of machines.');
  if (typeof ip === 'string' || allocation === 'fixed')
    throw notServed('Public addresses are chosen by the provider.');
}

export async function removeAddress(context: CimiContext, id: string): Promise<Outcome> {
  if (isVdcAddress(id)) return removeVdcAddress(context, id);
  const accepted = await context.use.edit.execute(context.call, deletedPublicIp(publicIpId(id)));
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}
