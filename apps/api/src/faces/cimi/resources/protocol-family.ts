/**
 * The network family of version 2. A network has an Ethernet segment and one for IPv4; a network card is an interface with an
 * endpoint in each; a public address is an endpoint in the IPv4 segment of the public network.
 */
import type { NicRecord, PublicIpRecord, VNetRecord, VServerRecord } from '@openvsys/persistence';
import ipaddr from 'ipaddr.js';
import { ref, type Representation } from '../model/representation.js';
import { ENDPOINT_STATES, NETWORK_STATES } from '../words/states.js';
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { found } from './find.js';
import { idOf, networkPath, PUBLIC_NETWORK } from './paths.js';

const SEGMENTS = 'segments';
const ENDPOINTS = 'endpoints';
const INTERFACES = 'interfaces';

const collection = (
  type: CollectionFace['type'],
  path: string,
  list: CollectionFace['list'],
): CollectionFace => ({
  type,
  path,
  permission: 'vsys:read',
  list,
  get: async (id) => found(await list(), type, id),
});

export function segmentsFace(context: CimiContext): CollectionFace {
  return {
    ...segmentsOf(context, SEGMENTS),
    children: {
      endpoints: (id) =>
        collection('ProtocolEndpoint', `${SEGMENTS}/${id}/endpoints`, async () => {
          found(await segmentsOf(context, SEGMENTS).list(), 'ProtocolSegment', id);
          return (await listEndpoints(context)).filter(({ attributes }) => attributes['segment'] === id);
        }),
    },
  };
}

/** Those of some networks, or all. */
export function segmentsOf(
  context: CimiContext,
  path: string,
  networks?: () => Promise<ReadonlySet<string>>,
): CollectionFace {
  return collection('ProtocolSegment', path, async () => {
    const wanted = await networks?.();
    const nets = await context.all((page) => context.use.parts.listVNets(context.call, {}, page));
    return [publicSegment(), ...nets.flatMap(segmentsOfNet)].filter(
      ({ attributes }) => wanted?.has(String(attributes['parent'])) ?? true,
    );
  });
}

function publicSegment(): Representation {
  return {
    type: 'ProtocolSegment',
    id: `${SEGMENTS}/${PUBLIC_NETWORK}.ipv4`,
    attributes: {
      name: 'public IPv4',
      parent: networkPath(null),
      state: 'STARTED',
      protocol: 'IPv4',
      endpoints: ref(`${SEGMENTS}/${PUBLIC_NETWORK}.ipv4/endpoints`),
    },
    operations: [],
  };
}

function segmentsOfNet(net: VNetRecord): Representation[] {
  const [address = '', prefix] = net.cidr.split('/');
  const netmask = ipaddr.IPv4.subnetMaskFromPrefixLength(Number(prefix)).toString();
  const segment = (protocol: string, parameters: Readonly<Record<string, string>>): Representation => {
    const path = `${SEGMENTS}/${net.id}.${protocol.toLowerCase()}`;
    return {
      type: 'ProtocolSegment',
      id: path,
      attributes: {
        name: `${net.name} ${protocol}`,
        parent: networkPath(net.id),
        state: NETWORK_STATES[net.state],
        protocol,
        endpoints: ref(`${path}/endpoints`),
        parameters,
      },
      operations: [],
    };
  };
  return [segment('Ethernet', { mtu: '1500' }), segment('IPv4', { netmask, subnetAddress: address })];
}

interface Holders {
  readonly servers: readonly VServerRecord[];
  readonly publicIps?: readonly PublicIpRecord[];
}

export function endpointsFace(context: CimiContext): CollectionFace {
  return endpointsOf(context, ENDPOINTS);
}

export function endpointsOf(
  context: CimiContext,
  path: string,
  holders?: () => Promise<Holders>,
): CollectionFace {
  return collection('ProtocolEndpoint', path, async () => listEndpoints(context, holders));
}

async function listEndpoints(
  context: CimiContext,
  holders?: () => Promise<Holders>,
): Promise<readonly Representation[]> {
  const { use, call } = context;
  const { servers, publicIps = [] } = (await holders?.()) ?? {
    servers: await context.all((page) => use.parts.listVServers(call, {}, page)),
    publicIps: await context.all((page) => use.parts.listPublicIps(call, {}, page)),
  };
  const free = holders === undefined ? await use.publicAddresses.listFree(call) : [];
  return [
    ...servers.flatMap(({ nics }) => nics.filter(({ vnetId }) => vnetId !== null).flatMap(endpointsOfCard)),
    ...publicIps.map(publicEndpoint),
    // Of data centres, used by no system.
    ...free.map((address) => publicEndpoint({ ...address, state: 'ready' })),
  ];
}

function endpointsOfCard(nic: NicRecord): Representation[] {
  const endpoint = (protocol: string, address: string): Representation => ({
    type: 'ProtocolEndpoint',
    id: `${ENDPOINTS}/${nic.id}.${protocol.toLowerCase()}`,
    attributes: {
      name: address,
      segment: `${nic.vnetId ?? PUBLIC_NETWORK}.${protocol.toLowerCase()}`,
      state: ENDPOINT_STATES[nic.state],
      protocol,
      address,
      origin: 'STATIC',
      interface: ref(`${INTERFACES}/${nic.id}`),
    },
    operations: [],
  });
  return [endpoint('Ethernet', nic.mac), endpoint('IPv4', nic.ipv4)];
}

function publicEndpoint({
  id,
  name,
  address,
  state,
}: Pick<PublicIpRecord, 'name' | 'address' | 'state'> & { readonly id: string }): Representation {
  return {
    type: 'ProtocolEndpoint',
    id: `${ENDPOINTS}/${id}.ipv4`,
    attributes: {
      name,
      segment: `${PUBLIC_NETWORK}.ipv4`,
      state: ENDPOINT_STATES[state],
      protocol: 'IPv4',
      address,
      origin: 'STATIC',
    },
    operations: [],
  };
}

export function cardsFace(
  context: CimiContext,
  path = INTERFACES,
  machine?: () => Promise<VServerRecord>,
): CollectionFace {
  const servers = async (): Promise<readonly VServerRecord[]> =>
    machine === undefined
      ? context.all((page) => context.use.parts.listVServers(context.call, {}, page))
      : [await machine()];
  const list = async () =>
    (await servers()).flatMap((server) =>
      server.nics.filter(({ vnetId }) => vnetId !== null).map((nic) => cardOf(server, nic)),
    );
  return {
    ...collection('NetworkInterface', path, list),
    children: {
      endpoints: (id) =>
        collection('ProtocolEndpoint', `${INTERFACES}/${id}/endpoints`, async () => {
          found(await list(), 'NetworkInterface', id);
          return (await listEndpoints(context)).filter((each) => idOf(each.id).startsWith(`${id}.`));
        }),
    },
  };
}

function cardOf(server: VServerRecord, nic: NicRecord): Representation {
  const path = `${INTERFACES}/${nic.id}`;
  return {
    type: 'NetworkInterface',
    id: path,
    attributes: {
      name: `${server.name} eth${nic.device}`,
      parent: server.kind === 'server' ? `machines/${server.id}` : `network_services/${server.id}`,
      state: ENDPOINT_STATES[nic.state],
      endpoints: ref(`${path}/endpoints`),
      mtu: 1_500,
    },
    operations: [],
  };
}
