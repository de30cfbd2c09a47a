/** Systems and what belongs to them. */
import type { VServerRecord, VsysRecord } from '@openvsys/persistence';
import { vsysId, type PartState, type VsysId } from '@openvsys/vsys';
import { ref, type Operation, type Representation } from '../model/representation.js';
import type { TypeName } from '../model/type-names.js';
import { systemState } from '../words/states.js';
import { listAddresses } from './addresses.js';
import { unknown, type CimiContext } from './context.js';
import { efmsFace } from './efms.js';
import type { CollectionFace } from './face.js';
import { isMachine } from './find.js';
import { listForwardingGroups } from './forwarding-groups.js';
import { joinFace } from './joins.js';
import { listMachines } from './machines.js';
import { metersOf } from './meters.js';
import { listNetworks } from './networks.js';
import { noted, noteOf, notesOf, type Notes } from './notes.js';
import { SYSTEMS } from './paths.js';
import { listVolumes } from './volumes.js';

export function systemsFace(context: CimiContext): CollectionFace {
  return {
    type: 'System',
    path: SYSTEMS,
    permission: 'vsys:read',
    list: async () => listSystems(context),
    get: async (id) => getSystem(context, vsysId(id)),
    children: componentsOf(context),
  };
}

async function listSystems(context: CimiContext): Promise<readonly Representation[]> {
  const { use, call } = context;
  const systems = await context.all((page) => use.vsys.list(call, {}, page));
  const servers = await context.all((page) => use.parts.listVServers(call, {}, page));
  const notes = await notesOf(context);
  const states = Map.groupBy(servers.filter(isMachine), (server) => server.vsysId);
  return systems.map((vsys) => systemOf(context, vsys, stateOf(states.get(vsys.id)), notes));
}

const stateOf = (servers: readonly VServerRecord[] | undefined): readonly PartState[] =>
  servers?.map(({ state }) => state) ?? [];

export async function getSystem(context: CimiContext, id: VsysId): Promise<Representation> {
  const { vsys, vservers } = await context.use.vsys.get(context.call, id);
  // What is gone for good is no resource any more.
  if (vsys.deletedAt !== null) throw unknown('System', id);
  const states = stateOf(vservers.filter(isMachine));
  return systemOf(context, vsys, states, await noteOf(context, id, id));
}

function systemOf(
  context: CimiContext,
  vsys: VsysRecord,
  states: readonly PartState[],
  notes: Notes,
): Representation {
  const path = `${SYSTEMS}/${vsys.id}`;
  const isV1 = context.dialect.version === 1;
  return {
    type: 'System',
    id: path,
    attributes: {
      ...noted(notes, vsys.id, vsys.name),
      name: vsys.name,
      created: vsys.createdAt,
      updated: vsys.changedAt,
      state: systemState(vsys.phase, states),
      ...(isV1 ? { addresses: ref(`${path}/addresses`), efms: ref(`${path}/efms`) } : {}),
      ...(isV1 ? { forwardingGroups: ref(`${path}/forwarding_groups`) } : {}),
      ...(isV1 ? {} : { networkServices: ref(`${path}/network_services`) }),
      ...Object.fromEntries(
        ['machines', 'volumes', 'networks', 'meters'].map((name) => [name, ref(`${path}/${name}`)]),
      ),
      eventLog: ref(`event_logs/${vsys.id}`),
    },
    operations: systemOperations(context, vsys, states, path),
    version: `${vsys.generation}`,
  };
}

const STARTABLE: ReadonlySet<PartState> = new Set(['stopped', 'paused', 'suspended', 'error']);

function systemOperations(
  context: CimiContext,
  { phase }: VsysRecord,
  states: readonly PartState[],
  path: string,
): readonly Operation[] {
  if (phase === 'deleting' || phase === 'deleted') return [];
  const operations: Operation[] = [];
  const offer = (rel: string, href: string) => operations.push({ rel, href });
  if (context.may('vsys:change')) offer('edit', path);
  if (context.may('vsys:delete')) offer('delete', path);
  if (context.may('vsys:power')) {
    if (states.includes('running')) offer('action/restart', `${path}/restart`);
    if (states.some((state) => STARTABLE.has(state))) offer('action/start', `${path}/start`);
    if (states.includes('running')) offer('action/stop', `${path}/stop`);
  }
  offer('action/export', `${path}/export`);
  return operations;
}

function componentsOf(context: CimiContext): NonNullable<CollectionFace['children']> {
  const join =
    (
      [type, target]: readonly [TypeName, TypeName],
      attribute: string,
      name: string,
      list: (id: VsysId) => Promise<readonly Representation[]>,
    ) =>
    (id: string) =>
      joinFace(context, {
        type,
        target,
        attribute,
        path: `${SYSTEMS}/${id}/${name}`,
        permission: 'vsys:read',
        list: async () => {
          await context.use.vsys.get(context.call, vsysId(id));
          return list(vsysId(id));
        },
      });
  return {
    machines: join(['SystemMachine', 'Machine'], 'machine', 'machines', async (id) =>
      listMachines(context, id),
    ),
    volumes: join(['SystemVolume', 'Volume'], 'volume', 'volumes', async (id) => listVolumes(context, id)),
    networks: join(['SystemNetwork', 'Network'], 'network', 'networks', async (id) =>
      listNetworks(context, id),
    ),
    addresses: join(['SystemAddress', 'Address'], 'address', 'addresses', async (id) =>
      listAddresses(context, id),
    ),
    forwarding_groups: join(
      ['SystemForwardingGroup', 'ForwardingGroup'],
      'forwardingGroup',
      'forwarding_groups',
      async (id) => listForwardingGroups(context, id),
    ),
    efms: (id) => efmsFace(context, vsysId(id)),
    network_services: (id) => efmsFace(context, vsysId(id)),
    meters: (id) => metersOf(context, `${SYSTEMS}/${id}`),
  };
}
