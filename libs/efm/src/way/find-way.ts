/**
 * Can A open a connection to B? The way of the first packet through the system, appliance by appliance, each judged by the
 * model that its configuration is rendered from.
 *
 *   A ─ same VNet ─► B
 *   A ─► gateway (firewall) ─ rules, translation ─► B, or an EFM that answers for it ─► a member
 *   internet ─► EFM that has the public address ─► …
 */
import { INTERNET, type ConnectionInput, type ModuleInput } from '@openvsys/vsys';
import { ownAddresses } from '../appliance/interfaces.js';
import { isIn } from '../network.js';
import { SOMEBODY, type Flow, type Verdict } from '../reachability.js';
import { verdictOf } from '../registry.js';

/** One end of a connection: who, and the addresses it has in VNets; somebody outside has one and no VNet, or none. */
export interface End {
  readonly name: string;
  readonly addresses: readonly { readonly vnet: string | null; readonly address: string }[];
}

export interface WorldModel {
  /** Rules of the appliances; of a pair the first's. */
  readonly efms: readonly ModuleInput[];
  readonly nets: readonly { readonly name: string; readonly cidr: string }[];
}

export interface WayStep {
  /** Name of the EFM that decided; `null`: a network, which passes everything. */
  readonly efm: string | null;
  readonly flow: Flow;
  readonly verdict: Verdict;
}

export interface Way {
  readonly allowed: boolean;
  readonly steps: readonly WayStep[];
  /** For people. */
  readonly explanation: string;
}

/** Appliances that a packet meets at most; more would be a circle. */
const STEPS = 4;

/** Undefined ends are not found here: the caller resolves names. `port` is 0 for icmp. */
export function findWay(
  world: WorldModel,
  from: End,
  to: End,
  { protocol, port }: Pick<Flow, 'protocol' | 'port'>,
): Way {
  const { source, destination } = addressesOf(from, to);
  const steps: WayStep[] = [];
  let flow: Flow = { source, destination, protocol, port };
  let vnet = vnetOf(world, source);
  while (steps.length < STEPS) {
    const step = nextStep(world, flow, vnet, steps);
    if (step === undefined) break;
    steps.push(step);
    if (!step.verdict.allowed) break;
    flow = { ...flow, ...step.verdict.translated };
    vnet = step.efm === null ? vnetOf(world, flow.destination) : reachedFrom(world, step.efm, flow);
    if (isEnd(world, step, flow)) break;
  }
  return summary(steps, from, to);
}

/** In the VNet that both have, else the first ones. */
function addressesOf(from: End, to: End): { source: string; destination: string } {
  const pairs = from.addresses.flatMap((own) =>
    to.addresses.map((other) => ({ own, other, isNear: own.vnet !== null && own.vnet === other.vnet })),
  );
  const { own, other } = pairs.find(({ isNear }) => isNear) ?? {
    own: from.addresses[0],
    other: to.addresses[0],
  };
  return { source: own?.address ?? SOMEBODY, destination: other?.address ?? SOMEBODY };
}

const vnetOf = ({ nets }: WorldModel, address: string): string | undefined =>
  nets.find(({ cidr }) => isIn(address, cidr))?.name;

const ownerOf = ({ efms }: WorldModel, address: string): ModuleInput | undefined =>
  efms.find((efm) => ownAddresses(efm).includes(address));

/** After an appliance a packet is in the VNet of its destination, when the appliance has a NIC there. */
function reachedFrom(world: WorldModel, efm: string, { destination }: Flow): string | undefined {
  const input = world.efms.find(({ name }) => name === efm);
  return input?.interfaces.find(({ cidr }) => isIn(destination, cidr))?.zone;
}

function nextStep(
  world: WorldModel,
  flow: Flow,
  vnet: string | undefined,
  done: readonly WayStep[],
): WayStep | undefined {
  const owner = ownerOf(world, flow.destination);
  const isNear = vnet !== undefined && vnetOf(world, flow.destination) === vnet;
  if (isNear && owner === undefined) return { efm: null, flow, verdict: direct(flow, vnet) };
  const judge = isNear || owner?.kind === 'firewall' ? owner : (gatewayOf(world, flow, vnet) ?? owner);
  if (judge === undefined)
    return done.length > 0 ? undefined : { efm: null, flow, verdict: noWay(flow, vnet) };
  if (done.some(({ efm }) => efm === judge.name)) return undefined;
  const isOutside = vnet === undefined;
  const isVisitor =
    isOutside && judge.kind === 'firewall' && connectionFrom(judge, flow.source) === undefined;
  const asked = isVisitor ? { ...flow, fromZone: INTERNET } : flow;
  return { efm: judge.name, flow, verdict: verdictOf(judge, asked) };
}

/** The connection behind which an address is. */
export const connectionFrom = (efm: ModuleInput, address: string): ConnectionInput | undefined =>
  efm.kind === 'firewall' ? efm.connections?.find(({ remote }) => isIn(address, remote)) : undefined;

/** The firewall of the VNet; for what comes from outside the one that there is. */
function gatewayOf(
  { efms }: WorldModel,
  { source }: Flow,
  vnet: string | undefined,
): ModuleInput | undefined {
  const peerOf = efms.find(
    (efm) => efm.kind === 'vpn' && efm.peers.some(({ address }) => address === source),
  );
  if (peerOf !== undefined) return peerOf;
  return efms.find(
    ({ kind, interfaces }) =>
      kind === 'firewall' && (vnet === undefined || interfaces.some(({ zone }) => zone === vnet)),
  );
}

/** Nobody is left to ask: an end that is no EFM was reached, or an EFM that passes nothing on. */
function isEnd(world: WorldModel, { efm, verdict }: WayStep, { destination }: Flow): boolean {
  if (efm === null || verdict.reason === 'appliance') return true;
  const owner = ownerOf(world, destination);
  return owner === undefined || owner.name === efm;
}

const direct = (flow: Flow, vnet: string): Verdict => ({
  allowed: true,
  reason: 'same-zone',
  pointer: null,
  translated: { source: flow.source, destination: flow.destination, port: flow.port },
  explanation: `Both are in VNet “${vnet}”: nothing is between them.`,
});

const noWay = (flow: Flow, vnet: string | undefined): Verdict => ({
  allowed: false,
  reason: 'unknown',
  pointer: null,
  translated: { source: flow.source, destination: flow.destination, port: flow.port },
  explanation:
    vnet === undefined
      ? `No EFM answers for ${flow.destination}.`
      : `No firewall leads from VNet “${vnet}” to ${flow.destination}.`,
});

function summary(steps: readonly WayStep[], from: End, to: End): Way {
  const decided = steps.find(({ verdict }) => !verdict.allowed) ?? steps.at(-1);
  const allowed = decided?.verdict.allowed === true;
  const by = decided?.efm === null || decided === undefined ? '' : `${decided.efm}: `;
  const explanation = `“${from.name}” ${allowed ? 'reaches' : 'does not reach'} “${to.name}”. ${by}${decided?.verdict.explanation ?? ''}`;
  return { allowed, steps, explanation: explanation.trim() };
}
