/**
 * Makes a story that goes wrong shorter for as long as it goes wrong in the same way: without events (halves first,
 * then ever smaller parts), without wrong clocks, with smaller systems, and sooner.
 */
import type { Event, Story } from '../story/story.js';

/** Runs a story and answers how it goes wrong; undefined: it does not. */
export type Try = (story: Story) => Promise<string | undefined>;

/** Stories that are tried at most: shrinking shall take minutes, not hours. */
const MOST_TRIES = 150;

/** What goes wrong, without the ids and times that differ between stories. */
export function kindOf(violation: string): string {
  return violation
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9]{8}-[A-Z0-9]{9}[-A-Za-z0-9]*|\d+/g, '#')
    .replace(/ \(after.*$/, '')
    .slice(0, 60);
}

export async function shrink(story: Story, wrong: string, attempt: Try): Promise<Story> {
  const kind = kindOf(wrong);
  let tries = 0;
  const isWrong = async (candidate: Story): Promise<boolean> => {
    tries += 1;
    const found = tries > MOST_TRIES ? undefined : await attempt(candidate);
    return found !== undefined && kindOf(found) === kind;
  };
  let best = await withoutEvents(story, isWrong);
  for (const simpler of simplerOf(best)) if (await isWrong(simpler(best))) best = simpler(best);
  return await withoutEvents(best, isWrong);
}

type IsWrong = (story: Story) => Promise<boolean>;

async function withoutEvents(story: Story, isWrong: IsWrong): Promise<Story> {
  let best = story;
  for (let size = Math.ceil(best.events.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.events.length;) {
      const candidate = { ...best, events: best.events.toSpliced(at, size) };
      if (candidate.events.length > 0 && (await isWrong(candidate))) best = candidate;
      else at += size;
    }
  }
  return best;
}

function simplerOf(story: Story): readonly ((story: Story) => Story)[] {
  const last = story.events.at(-1)?.at ?? 0;
  return [
    (given) => ({ ...given, skews: given.skews.map(() => 0) }),
    (given) => ({ ...given, quietFrom: Math.min(given.quietFrom, last + 10_000) }),
    ...story.events.map((_event, index) => (given: Story): Story => ({
      ...given,
      events: given.events.map((event, at) => (at === index ? simpler(event) : event)),
    })),
  ];
}

function simpler(event: Event): Event {
  if (event.is !== 'ask') return event;
  const { ask } = event;
  if (ask.is !== 'create' && ask.is !== 'change') return { ...event, twice: false };
  const design = { ...ask.design, servers: 1, backNet: false, also: [] };
  return { ...event, twice: false, ask: { ...ask, design } };
}
