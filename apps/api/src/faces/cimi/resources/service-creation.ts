/**
 * Appliances made and removed: `efms` of version 1, NetworkServices of version 2. What an appliance does is its policy
 * `configuration`; routing between networks, which both versions know by itself, is a firewall that lets everything between them
 * through.
 */
import {
  DomainError,
  vnetId,
  vserverId,
  vsysOfPart,
  type EfmKind,
  type VNetId,
  type VsysId,
} from '@openvsys/vsys';
import { namedEfm } from '../../../use-cases/parts/named-edits.js';
import { deletedEfm } from '../../../use-cases/parts/network-edits.js';
import { attribute, GIVEN, listOf, reference, structure, V1, V2 } from '../model/attribute.js';
import { COMMON } from '../model/common.types.js';
import type { Input } from '../read/input.js';
import type { CimiContext } from './context.js';
import { isInput } from './credentials.js';
import { getAppliance, serviceOf } from './efms.js';
import type { Adding, Outcome } from './face.js';
import { acceptedJob } from './jobs.js';
import { newPart, notesBeside } from './new-part.js';
import { noteOf, writeNotes } from './notes.js';
import { idOf, PUBLIC_NETWORK } from './paths.js';
import { parsedConfiguration, policiesOf } from './service-changes.js';
import { missing, notServed, wrong } from './wish-errors.js';

const TEMPLATE = structure(
  attribute('type', 'text', GIVEN),
  attribute('initialState', 'text', GIVEN),
  attribute('network', reference(), GIVEN),
  attribute('networks', listOf('network', reference()), GIVEN),
  attribute('segments', listOf('segment', reference()), GIVEN),
  attribute('policies', 'map', GIVEN),
);
const BODY = [
  ...COMMON,
  attribute('efmTemplate', TEMPLATE, { ...GIVEN, ...V1 }),
  attribute('networkServiceTemplate', TEMPLATE, { ...GIVEN, ...V2 }),
];

/** `routing`: no kind of its own. */
type Sort = EfmKind | 'routing';
const SORTS: Readonly<Record<string, Sort>> = {
  Firewall: 'firewall',
  'Load Balancer': 'load-balancer',
  VPN: 'vpn',
  'IP Routing': 'routing',
  Gateway: 'routing',
};

/** `system`: where its collection says so; else its networks do. */
export function addService(context: CimiContext, system?: VsysId): Adding {
  return {
    permission: 'vsys:change',
    body: BODY,
    types: context.dialect.version === 1 ? ['EfmCreate', 'Efm'] : ['NetworkServiceCreate', 'NetworkService'],
    run: async (body) => createService(context, body, system),
  };
}

async function createService(context: CimiContext, body: Input, system?: VsysId): Promise<Outcome> {
  const member = context.dialect.version === 1 ? 'efmTemplate' : 'networkServiceTemplate';
  const template = body[member];
  if (!isInput(template)) throw missing(member);
  const sort = sortOf(template['type'], member);
  const networks = networksIn(template, member);
  const vsysId = systemOf(networks, system);
  const name = typeof body['name'] === 'string' ? body['name'] : sort;
  const power = powerOf(template['initialState'], member);
  const named = namedEfm(vsysId, name, {
    kind: sort === 'routing' ? 'firewall' : sort,
    power,
    ...(sort === 'firewall' || sort === 'routing'
      ? { vnetIds: networks }
      : { nics: networks.map((net) => ({ vnetId: net })) }),
    config: configurationOf(template, sort, await namesOf(context, vsysId, networks)),
  });
  const accepted = await context.use.edit.execute(context.call, named.edit);
  const id = newPart(accepted, 'vserver', named.chosen());
  await writeNotes(context, vsysId, id, notesBeside(body, named.chosen()));
  const server = await getAppliance(context, id);
  const resource = serviceOf(
    context,
    server,
    await noteOf(context, id, vsysId),
    await policiesOf(context, id),
  );
  return { kind: 'accepted', job: acceptedJob(context, accepted), resource };
}

function sortOf(type: unknown, member: string): Sort {
  const sort = typeof type === 'string' && Object.hasOwn(SORTS, type) ? SORTS[type] : undefined;
  if (sort !== undefined) return sort;
  if (typeof type !== 'string') throw missing(`${member}/type`);
  throw notServed(`Services are ${Object.keys(SORTS).join(', ')}; the others are part of a firewall.`);
}

/** STOPPED unless it says otherwise, as the standard has it. */
function powerOf(state: unknown, member: string): 'running' | 'stopped' {
  if (state === undefined || state === null || state === 'STOPPED') return 'stopped';
  if (state === 'STARTED') return 'running';
  throw wrong(`${member}/initialState`, 'STARTED or STOPPED');
}

/** Segments are called after their network, and what they carry. */
const SEGMENT = /\.(?:ethernet|ipv4)$/;

function networksIn({ network, networks, segments }: Input, member: string): readonly VNetId[] {
  const given = [network, ...listIn(networks), ...listIn(segments)].flatMap((each) =>
    isInput(each) && typeof each['href'] === 'string' ? [idOf(each['href']).replace(SEGMENT, '')] : [],
  );
  const names = [...new Set(given)].filter((id) => id !== PUBLIC_NETWORK);
  if (names.length === 0) throw missing(`${member}/networks`);
  return names.map((id) => vnetId(id));
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Throws `invalid-request` when they are not all of one system, or of another one than the collection’s. */
export function systemOf(networks: readonly VNetId[], system?: VsysId): VsysId {
  const systems = new Set(networks.map(vsysOfPart));
  const [only] = systems;
  if (only === undefined || systems.size > 1 || (system !== undefined && only !== system))
    throw wrong('networks', 'of one system');
  return only;
}

/** As descriptors call them. Throws `not-found`. */
export async function namesOf(
  { use, call }: CimiContext,
  vsysId: VsysId,
  networks: readonly VNetId[],
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const id of networks) names.push((await use.parts.getVNet(call, id)).name);
  if (names.length > 0) return names;
  throw new DomainError('invalid-request', `No network of ${vsysId} is named.`, { pointer: '/networks' });
}

function configurationOf({ policies }: Input, sort: Sort, networks: readonly string[]) {
  const text = isInput(policies) ? policies['configuration'] : undefined;
  if (typeof text === 'string') return parsedConfiguration(text);
  if (sort === 'vpn') throw missing('policies/configuration');
  if (sort === 'load-balancer') return { listeners: [] };
  return sort === 'routing' ? { rules: rulesBetween(networks) } : {};
}

/** Everything from each of them to each other. */
export const rulesBetween = (networks: readonly string[]) =>
  networks.flatMap((from) =>
    networks.filter((to) => to !== from).map((to) => ({ from, to, protocol: 'any', action: 'accept' })),
  );

/** Both appliances of a pair. What is reached through it is reached no longer. */
export async function removeService(context: CimiContext, id: string): Promise<Outcome> {
  await getAppliance(context, id);
  const accepted = await context.use.edit.execute(context.call, deletedEfm(vserverId(id)));
  return { kind: 'accepted', job: acceptedJob(context, accepted) };
}
