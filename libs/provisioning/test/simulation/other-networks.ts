/** A story retold with networks of other kinds than VLANs, and with faults where those are made and removed. */
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
  const retold = story.events.map((event): Event =>
    event.is === 'admit' ? { ...event, spec: carriedBy(event.spec, random.pick(CARRIERS)) } : event,
  );
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

const carriedBy = (spec: VsysSpec, carrier: VNetCarrier): VsysSpec => ({
  ...spec,
  nets: spec.nets.map(({ id, name, cidr }) => ({ id, name, cidr, ...carrier })),
});
