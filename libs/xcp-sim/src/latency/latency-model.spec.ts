import { describe, expect, it } from 'vitest';
import { LATENCY_PROFILES, latencyProfile, type Step } from './profiles.js';
import { LatencyModel } from './latency-model.js';
import { SeededRandom } from '../random/seeded-random.js';

describe('latency model', () => {
  it('keeps the median of every step within 15 percent over many samples', () => {
    const profile = latencyProfile('default-nfs');
    const model = new LatencyModel(profile, new SeededRandom(3, 'latency'));
    for (const [step, { median }] of Object.entries(profile.steps) as [Step, { median: number }][]) {
      const samples = Array.from({ length: 1000 }, () => model.sample(step)).toSorted((a, b) => a - b);
      expect(Math.abs((samples[500] ?? 0) / median - 1)).toBeLessThan(0.15);
    }
  });

  it('takes no time at all in the instant profile', () => {
    const model = new LatencyModel(latencyProfile('instant'), new SeededRandom(1, 'latency'));
    for (const step of Object.keys(LATENCY_PROFILES['instant']?.steps ?? {}) as Step[])
      expect(model.sample(step)).toBe(0);
  });

  it('names the profiles there are when asked for another', () => {
    expect(() => latencyProfile('warp')).toThrow(/default-nfs/);
  });
});
