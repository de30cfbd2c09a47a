/** Addresses: public ones, and those of network cards. */
import type { NicRecord, PublicIpRecord, VNetRecord, VServerRecord } from '@openvsys/persistence';
import { nicId, publicIpId, vserverOfNic, vsysOfPart, type VsysId } from '@openvsys/vsys';
import ipaddr from 'ipaddr.js';
import { ref, type Representation } from '../model/representation.js';
import { unknown, type CimiContext } from './context.js';
import { noted, noteOf, notesOf, type Notes } from './notes.js';
import { getVdcAddress, isVdcAddress, vdcAddressOf } from './vdc-addresses.js';
import { ADDRESSES, MACHINES, networkPath, servicePath } from './paths.js';

/** Ids of network cards have it, those of public addresses do not. */
const CARD = /-E-\d+$/;

/** Throws `not-found`. */
export async function getAddress(context: CimiContext, id: string): Promise<Representation> {
  if (isVdcAddress(id)) return getVdcAddress(context, id);
  return CARD.test(id) ? getCardAddress(context, id) : getPublicAddress(context, id);
}

export async function listAddresses(
  context: CimiContext,
  vsysId?: VsysId,
): Promise<readonly Representation[]> {
  const { use, call } = context;
  const filter = { vsysId };
  const publicIps = await context.all((page) => use.parts.listPublicIps(call, filter, page));
  const servers = await context.all((page) => use.parts.listVServers(call, filter, page));
  const nets = await context.all((page) => use.parts.listVNets(call, filter, page));
  const masks = new Map(nets.map((net) => [net.id, maskOf(net)]));
  const notes = await notesOf(context, vsysId);
  const free = vsysId === undefined ? await use.publicAddresses.listFree(call) : [];
  return [
    ...free.map((allocated) => vdcAddressOf(context, allocated)),
    ...publicIps.map((address) => publicAddressOf(context, address, notes)),
    ...servers.flatMap((server) =>
      server.nics.flatMap((nic) => cardAddressOf(context, server, nic, masks.get(nic.vnetId ?? ''))),
    ),
  ];
}

async function getPublicAddress(context: CimiContext, id: string): Promise<Representation> {
  const address = await context.use.parts.getPublicIp(context.call, publicIpId(id));
  return publicAddressOf(context, address, await noteOf(context, id, vsysOfPart(publicIpId(id))));
}

async function getCardAddress(context: CimiContext, id: string): Promise<Representation> {
  const server = await context.use.parts.getVServer(context.call, vserverOfNic(nicId(id)));
  const nic = server.nics.find((each) => each.id === id);
  const [address] = nic === undefined ? [] : cardAddressOf(context, server, nic, await maskIn(context, nic));
  if (address === undefined) throw unknown('Address', id);
  return address;
}

async function maskIn({ use, call }: CimiContext, { vnetId: net }: NicRecord): Promise<string | undefined> {
  if (net === null) return undefined;
  const { items } = await use.parts.listVNets(call, { id: net }, { limit: 1 });
  return items[0] === undefined ? undefined : maskOf(items[0]);
}

function publicAddressOf(
  context: CimiContext,
  { id, vsysId, name, address, vserverId: server }: PublicIpRecord,
  notes: Notes,
): Representation {
  const path = `${ADDRESSES}/${id}`;
  const isFree = server === null && context.may('vsys:change');
  return {
    type: 'Address',
    id: path,
    attributes: {
      ...noted(notes, id, name),
      ip: address,
      allocation: 'dynamic',
      protocol: protocolOf(address),
      network: ref(networkPath(null)),
      ...(server === null ? {} : { resource: ref(servicePath(context.dialect, vsysId, server)) }),
    },
    operations: isFree ? [{ rel: 'delete', href: path }] : [],
  };
}

function cardAddressOf(
  { dialect }: CimiContext,
  server: VServerRecord,
  nic: NicRecord,
  mask: string | undefined,
): Representation[] {
  // An appliance's card to the outside has the provider's address: nobody's to see or use.
  if (nic.vnetId === null) return [];
  return [
    {
      type: 'Address',
      id: `${ADDRESSES}/${nic.id}`,
      attributes: {
        name: `${server.name} ${nic.ipv4}`,
        ip: nic.ipv4,
        hostname: server.name,
        allocation: 'fixed',
        protocol: protocolOf(nic.ipv4),
        mask,
        network: ref(networkPath(nic.vnetId)),
        resource: ref(
          server.kind === 'server'
            ? `${MACHINES}/${server.id}`
            : servicePath(dialect, server.vsysId, server.id),
        ),
      },
      operations: [],
    },
  ];
}

const protocolOf = (address: string): string => (address.includes(':') ? 'IPv6' : 'IPv4');

function maskOf({ cidr }: VNetRecord): string {
  return ipaddr.IPv4.subnetMaskFromPrefixLength(Number(cidr.split('/')[1])).toString();
}
