/** Appliances of systems: `efms` of a System in version 1, NetworkServices in version 2. The same thing in both. */
import type { VServerRecord } from '@openvsys/persistence';
import { vserverId, type EfmKind, type VsysId } from '@openvsys/vsys';
import { ref, type Operation, type Representation } from '../model/representation.js';
import { SERVICE_STATES } from '../words/states.js';
import { unknown, type CimiContext } from './context.js';
import { isMachine } from './find.js';
import { noted, notesOf, type Notes } from './notes.js';
import { networkPath, servicePath, SYSTEMS } from './paths.js';

/** The types of the standard. */
const SERVICE_TYPES: Readonly<Record<EfmKind, string>> = {
  firewall: 'Firewall',
  'load-balancer': 'Load Balancer',
  vpn: 'VPN',
};

export async function listServices(
  context: CimiContext,
  system?: VsysId,
): Promise<readonly Representation[]> {
  const servers = await context.all((page) =>
    context.use.parts.listVServers(context.call, { vsysId: system }, page),
  );
  const notes = await notesOf(context, system);
  return servers.filter((server) => !isMachine(server)).map((server) => serviceOf(context, server, notes));
}

/** Throws `not-found`, for servers of tenants too. */
export async function getAppliance(
  context: CimiContext,
  id: string,
  system?: VsysId,
): Promise<VServerRecord> {
  const server = await context.use.parts.getVServer(context.call, vserverId(id));
  if (isMachine(server) || (system !== undefined && server.vsysId !== system)) throw unknown('EFM', id);
  return server;
}

/** `policies` only of a single one: they are a look at its configuration. */
export function serviceOf(
  context: CimiContext,
  server: VServerRecord,
  notes: Notes,
  policies?: Readonly<Record<string, string>>,
): Representation {
  const { dialect } = context;
  const path = servicePath(dialect, server.vsysId, server.id);
  const nets = server.nics.filter(({ vnetId }) => vnetId !== null).map(({ vnetId }) => vnetId);
  return {
    type: dialect.version === 1 ? 'Efm' : 'NetworkService',
    id: path,
    attributes: {
      ...noted(notes, server.id, server.name),
      state: SERVICE_STATES[server.state],
      type: typeOf(server),
      policies,
      ...(dialect.version === 1
        ? { networks: [...new Set(nets)].map((net) => ref(networkPath(net))) }
        : {
            parent: `${SYSTEMS}/${server.vsysId}`,
            endpoints: ref(`${path}/endpoints`),
            segments: ref(`${path}/segments`),
            eventLog: ref(`event_logs/${server.id}`),
          }),
    },
    operations: serviceOperations(context, server, path),
  };
}

function typeOf({ kind }: VServerRecord): string {
  return kind === 'server' ? 'Other' : SERVICE_TYPES[kind];
}

function serviceOperations(context: CimiContext, { state, power }: VServerRecord, path: string): Operation[] {
  if (state === 'deleting') return [];
  const verb = power === 'running' ? 'stop' : 'start';
  return [
    ...(context.may('vsys:change')
      ? [
          { rel: 'edit', href: path },
          { rel: 'delete', href: path },
        ]
      : []),
    ...(context.may('vsys:power') ? [{ rel: `action/${verb}`, href: `${path}/${verb}` }] : []),
  ];
}
