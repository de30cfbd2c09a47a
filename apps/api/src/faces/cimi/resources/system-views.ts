/** VSYS as Systems. */
import type { VServerRecord, VsysRecord } from '@openvsys/persistence';
import type { PartState, VsysId } from '@openvsys/vsys';
import { ref, type Operation, type Representation } from '../model/representation.js';
import { systemState } from '../words/states.js';
import { unknown, type CimiContext } from './context.js';
import { isMachine } from './find.js';
import { noted, noteOf, notesOf, type Notes } from './notes.js';
import { SYSTEMS } from './paths.js';

export async function listSystems(context: CimiContext): Promise<readonly Representation[]> {
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
