/** EventLogs: one for each system and each machine. They live and end with it. */
import type { EventRecord } from '@openvsys/persistence';
import { vserverId, vsysId, vsysOfPart, type VsysId } from '@openvsys/vsys';
import { ref, type Representation } from '../model/representation.js';
import { eventWords, SEVERITIES } from '../words/events.js';
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { found, isMachine } from './find.js';
import { EVENT_LOGS, MACHINES, SYSTEMS } from './paths.js';

/** The newest that a log shows. */
const SHOWN = 1_000;
const SERVER = /-S-\d{4}$/;

export function eventLogsFace(context: CimiContext): CollectionFace {
  return {
    type: 'EventLog',
    path: EVENT_LOGS,
    permission: 'event:read',
    list: async () => listLogs(context),
    get: async (id) => logOf(id, await eventsOf(context, id)),
    children: { events: (id) => eventsFace(context, id) },
  };
}

/** Without their sums: those would be a look at the events of each. */
async function listLogs(context: CimiContext): Promise<Representation[]> {
  const { use, call } = context;
  const systems = await context.all((page) => use.vsys.list(call, {}, page));
  const servers = await context.all((page) => use.parts.listVServers(call, {}, page));
  return [...systems, ...servers.filter(isMachine)].map(({ id }) => logOf(id));
}

function logOf(id: string, events?: readonly EventRecord[]): Representation {
  const path = `${EVENT_LOGS}/${id}`;
  return {
    type: 'EventLog',
    id: path,
    attributes: {
      name: `Events of ${id}`,
      targetResource: ref(`${SERVER.test(id) ? MACHINES : SYSTEMS}/${id}`),
      events: ref(`${path}/events`),
      ...(events === undefined ? {} : { summary: summaryOf(events) }),
    },
    operations: [],
  };
}

function summaryOf(events: readonly EventRecord[]): Record<string, number> {
  const severities = events.map((event) => eventWords(event).severity);
  return Object.fromEntries(
    SEVERITIES.map((severity) => [severity, severities.filter((each) => each === severity).length]),
  );
}

function eventsFace(context: CimiContext, log: string): CollectionFace {
  const list = async () => (await eventsOf(context, log)).map((event) => eventOf(log, event));
  return {
    type: 'Event',
    path: `${EVENT_LOGS}/${log}/events`,
    permission: 'event:read',
    list,
    get: async (id) => found(await list(), 'Event', id),
  };
}

/** Newest first. Throws `not-found` for a log of nothing that the caller sees. */
async function eventsOf({ use, call }: CimiContext, id: string): Promise<readonly EventRecord[]> {
  const { system, part } = await ownerOf({ use, call }, id);
  const filter = { vsysId: system, resource: part };
  return (await use.events.execute(call, filter, { limit: SHOWN })).items;
}

async function ownerOf(
  { use, call }: Pick<CimiContext, 'use' | 'call'>,
  id: string,
): Promise<{ readonly system: VsysId; readonly part: string | undefined }> {
  if (SERVER.test(id)) {
    const server = await use.parts.getVServer(call, vserverId(id));
    return { system: vsysOfPart(vserverId(id)), part: server.id };
  }
  await use.vsys.get(call, vsysId(id));
  return { system: vsysId(id), part: undefined };
}

function eventOf(log: string, event: EventRecord): Representation {
  const { name, type, content, outcome, severity } = eventWords(event);
  return {
    type: 'Event',
    id: `${EVENT_LOGS}/${log}/events/${event.id}`,
    attributes: { name, timestamp: event.at, type, content, outcome, severity },
    operations: [],
  };
}
