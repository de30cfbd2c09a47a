/** A story retold with networks of other kinds than VLANs, and with faults where those are made and removed. */
import { isDeepStrictEqual } from 'node:util';
import type { VNetCarrier, VsysSpec } from '@openvsys/vsys';
import type { Event, Story } from './random-story.js';
import { SeededRandom } from './seeded-random.js';

const CARRIERS: readonly VNetCarrier[] = [
  { vlan: null, kind: 'private' },
  { vlan: null, kind: 'tunnel' },
  { vlan: 100 },
];
const METHODS = ['tunnel.create', 'tunnel.destroy', 'network.create', 'network.destroy'] as const;
const EFFECTS = ['lose-answer', 'lose-request'] as const;
/** Apart from the numbers that the story itself is made of. */
const OTHER_SEEDS = 1_000_000;

export function withOtherNetworks(story: Story, seed: number): Story {
  const random = new SeededRandom(OTHER_SEEDS + seed);
  let earlier: VsysSpec | undefined;
  const retold = story.events.map((event): Event => {
    if (event.is !== 'admit') return event;
    const spec = carriedBy(event.spec, random.pick(CARRIERS));
    const told = earlier === undefined ? spec : withoutHolders(spec, earlier);
    earlier = told;
    return { ...event, spec: told };
  });
  const faults = Array.from({ length: random.int(0, 3) }, (): Event => ({
    at: random.int(0, story.quietFrom),
    is: 'fault',
    rule: {
      method: random.pick(METHODS),
      nth: random.int(1, 3),
      count: 1,
      effect: { kind: random.pick(EFFECTS) },
    },
  }));
  return { ...story, events: [...retold, ...faults].toSorted((a, b) => a.at - b.at) };
}

/** A net is not made anew below a snapshot with memory: who wishes that gives the snapshots up. */
function withoutHolders(spec: VsysSpec, earlier: VsysSpec): VsysSpec {
  const isSameNet = isDeepStrictEqual(spec.nets, earlier.nets);
  return isSameNet ? spec : { ...spec, snapshots: [] };
}

const carriedBy = (spec: VsysSpec, carrier: VNetCarrier): VsysSpec => ({
  ...spec,
  nets: spec.nets.map(({ id, name, cidr }) => ({ id, name, cidr, ...carrier })),
});
