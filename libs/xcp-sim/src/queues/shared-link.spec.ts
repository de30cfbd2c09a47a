import { describe, expect, it } from 'vitest';
import { SharedLink } from './shared-link.js';
import { VirtualClock } from '../clock/virtual-clock.js';

const NEVER = new AbortController().signal;

function ends(clock: VirtualClock, work: Promise<void>): { at: number | undefined } {
  const end: { at: number | undefined } = { at: undefined };
  void work.then(() => (end.at = clock.now()));
  return end;
}

describe('shared link', () => {
  it('gives everybody the same part', async () => {
    const clock = new VirtualClock(0);
    const link = new SharedLink(clock);
    const alone = ends(clock, link.transfer(1000, NEVER));
    await clock.advance(500);
    const late = ends(clock, link.transfer(1000, NEVER));
    await clock.advance(10_000);
    // Half is through alone, the rest takes twice as long beside the other; that one has the link for itself at the end.
    expect(alone.at).toBeCloseTo(1500, 3);
    expect(late.at).toBeCloseTo(2000, 3);
    expect(link.users).toBe(0);
  });

  it('is faster again when somebody gives up', async () => {
    const clock = new VirtualClock(0);
    const link = new SharedLink(clock);
    const quitter = new AbortController();
    const stays = ends(clock, link.transfer(1000, NEVER));
    const given = link.transfer(1000, quitter.signal);
    await clock.advance(1000);
    quitter.abort(new Error('cancelled'));
    await expect(given).rejects.toThrow('cancelled');
    await clock.advance(10_000);
    expect(stays.at).toBeCloseTo(1500, 3);
  });

  it('takes as long for many as for one after the other', async () => {
    const clock = new VirtualClock(0);
    const link = new SharedLink(clock);
    const all = Array.from({ length: 10 }, () => ends(clock, link.transfer(100, NEVER)));
    await clock.advance(10_000);
    for (const { at } of all) expect(at).toBeCloseTo(1000, 3);
  });
});
