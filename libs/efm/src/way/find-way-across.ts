/**
 * Can A in one system open a connection to B in another one? The packet leaves through the appliances of the first and comes in
 * through those of the second: by a connection of the two, else by one of its public addresses.
 *
 *   A ─► firewall of its system ─► connection ─► firewall of the other ─► B
 *   A ─► appliances of its system ─► the internet's side ─► a public address of the other ─► its appliances ─► B
 */
import { isInternal, type ConnectionInput } from '@openvsys/vsys';
import { isIn } from '../network.js';
import { untranslated, type Flow, type Verdict } from '../reachability.js';
import { findWay, type End, type Way, type WayStep, type WorldModel } from './find-way.js';

export interface OtherSystem {
  readonly world: WorldModel;
  /** At which appliances of it answer. */
  readonly publicAddresses: readonly string[];
}

export interface AcrossStep extends WayStep {
  /** Of which system the step is. */
  readonly side: 'own' | 'other';
}

export interface AcrossWay extends Omit<Way, 'steps'> {
  readonly steps: readonly AcrossStep[];
}

type Question = Pick<Flow, 'protocol' | 'port'>;

/** The first public address by which the connection passes decides; else the one on which it comes furthest. */
export function findWayAcross(
  own: WorldModel,
  other: OtherSystem,
  ends: Ends,
  question: Question,
): AcrossWay {
  const joined = findJoined(own, other, ends);
  if (joined !== undefined) return wayByConnection(own, other, joined, question);
  const isPublicIp = ends.to.addresses.every(({ vnet }) => vnet === null);
  const doors = isPublicIp ? ends.to.addresses.map(({ address }) => address) : other.publicAddresses;
  const ways = doors.map((door) => wayBy(own, other, ends, question, door));
  const best =
    ways.find(({ allowed }) => allowed) ?? ways.toSorted((a, b) => progressOf(b) - progressOf(a))[0];
  return best ?? refusal(ends, [], `the system of “${ends.to.name}” has no public address.`);
}

interface Joined extends Ends {
  readonly name: string;
}

/** The ends as a connection joins them: an address of the one in the VNet of the one, an address of the other in the other's. */
function findJoined(own: WorldModel, other: OtherSystem, { from, to }: Ends): Joined | undefined {
  const theirs = new Set(connectionsOf(other.world).map(({ id }) => id));
  for (const { id, zone, local, remote } of connectionsOf(own)) {
    const source = from.addresses.find(({ address }) => isIn(address, local));
    const destination = to.addresses.find(({ address }) => isIn(address, remote));
    if (!theirs.has(id) || source === undefined || destination === undefined) continue;
    return {
      name: zone,
      from: { ...from, addresses: [source] },
      // Beyond the connection nobody knows the other's VNets.
      to: { ...to, addresses: [{ ...destination, vnet: null }] },
    };
  }
  return undefined;
}

const connectionsOf = ({ efms }: WorldModel): readonly ConnectionInput[] =>
  efms.flatMap((efm) => (efm.kind === 'firewall' ? (efm.connections ?? []) : []));

/** Both owners decide: the rules of the one let out, those of the other let in. */
function wayByConnection(
  own: WorldModel,
  { world }: OtherSystem,
  { name, ...ends }: Joined,
  question: Question,
): AcrossWay {
  const out = findWay(own, ends.from, ends.to, question);
  const steps: AcrossStep[] = out.steps.map((step) => ({ ...step, side: 'own' }));
  const denied = out.steps.find(({ verdict }) => !verdict.allowed);
  if (denied !== undefined) return refusal(ends, steps, denied.verdict.explanation);
  const visitor: End = {
    ...ends.from,
    addresses: ends.from.addresses.map((end) => ({ ...end, vnet: null })),
  };
  const inside = findWay(world, visitor, ends.to, question);
  const all = [...steps, ...inside.steps.map((step): AcrossStep => ({ ...step, side: 'other' }))];
  const end = inside.steps.at(-1)?.verdict;
  if (!inside.allowed || end === undefined)
    return refusal(ends, all, end?.explanation ?? 'nobody answers there.');
  const explanation = `“${ends.from.name}” reaches “${ends.to.name}” by the connection “${name}”. ${end.explanation}`;
  return { allowed: true, steps: all, explanation };
}

/** A door that leads somewhere else says more than one that is shut, and that more than one behind which nobody is. */
function progressOf({ steps }: AcrossWay): number {
  const last = steps.at(-1)?.verdict;
  if (last === undefined) return 0;
  return last.allowed ? 3 : last.reason === 'appliance' || last.reason === 'unknown' ? 1 : 2;
}

interface Ends {
  readonly from: End;
  readonly to: End;
}

function wayBy(own: WorldModel, other: OtherSystem, ends: Ends, question: Question, door: string): AcrossWay {
  const { from } = ends;
  const out = isOutside(from) ? [] : findWay(own, from, outside(door), question).steps;
  const steps: AcrossStep[] = out.map((step) => ({ ...step, side: 'own' }));
  const last = out.at(-1)?.verdict;
  if (last?.allowed === false) return refusal(ends, steps, last.explanation);
  const source = last?.translated.source ?? from.addresses[0]?.address;
  if (source !== undefined && isInternal(source))
    return refusal(ends, [...steps, untranslatedSource(source, door, question)], noSourceNat(source));
  const visitor: End = { name: from.name, addresses: source === undefined ? [] : outside(source).addresses };
  return wayInside(other, { ...ends, from: visitor }, question, { door, before: steps });
}

interface Arrival {
  readonly door: string;
  /** Of the way to the door. */
  readonly before: readonly AcrossStep[];
}

function wayInside(
  { world }: OtherSystem,
  ends: Ends,
  question: Question,
  { door, before }: Arrival,
): AcrossWay {
  const inside = findWay(world, ends.from, outside(door), question);
  const steps = [...before, ...inside.steps.map((step): AcrossStep => ({ ...step, side: 'other' }))];
  const end = inside.steps.at(-1)?.verdict;
  if (end === undefined) return refusal(ends, steps, `nobody answers at ${door}.`);
  if (!inside.allowed) return refusal(ends, steps, end.explanation);
  const arrived = end.translated.destination;
  if (!ends.to.addresses.some(({ address }) => address === arrived || address === door))
    return refusal(ends, steps, `${door} leads to ${arrived}, not to “${ends.to.name}”.`);
  const explanation = `“${ends.from.name}” reaches “${ends.to.name}” by ${door}. ${end.explanation}`;
  return { allowed: true, steps, explanation };
}

const isOutside = ({ addresses }: End): boolean => addresses.every(({ vnet }) => vnet === null);
const outside = (address: string): End => ({ name: address, addresses: [{ vnet: null, address }] });

const noSourceNat = (source: string): string =>
  `it leaves as ${source}, a private address: without source NAT no answer finds the way back.`;

function untranslatedSource(source: string, destination: string, question: Question): AcrossStep {
  const flow: Flow = { source, destination, ...question };
  const verdict: Verdict = {
    allowed: false,
    reason: 'spoofed',
    pointer: null,
    translated: untranslated(flow),
    explanation: `The network outside passes no private address such as ${source}.`,
  };
  return { efm: null, flow, verdict, side: 'own' };
}

const refusal = ({ from, to }: Ends, steps: readonly AcrossStep[], why: string): AcrossWay => ({
  allowed: false,
  steps,
  explanation: `“${from.name}” does not reach “${to.name}”: ${why}`,
});
