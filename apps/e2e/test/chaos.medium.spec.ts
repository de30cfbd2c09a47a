/** Some seconds of `npm run chaos`, so that the programme itself stays true. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chaos, ChaosWorld, restoreOlderDatabase } from '../src/index.js';

describe('chaos', () => {
  let world: ChaosWorld;
  beforeAll(async () => {
    world = await ChaosWorld.open({ timeScale: 20 });
  }, 90_000);
  afterAll(async () => world.close());

  it('of a few faults ends with everything as wanted, and then with nothing', async () => {
    const lines: string[] = [];
    const plan = { seed: 2, minutes: 0.15, callers: 2, say: (line: string) => void lines.push(line) };
    const report = await chaos(world, plan);
    expect({ violations: report.violations, lines }).toEqual({ violations: [], lines });
    expect(report.operations).toBeGreaterThan(0);
    expect(report.faults.size).toBeGreaterThan(0);
  }, 120_000);

  it('and an older database: what it does not know is told, and nothing is removed', async () => {
    const { unknown, told, violations } = await restoreOlderDatabase(world);
    expect(violations).toEqual([]);
    expect(unknown).toBe(4);
    expect(told).toBe(unknown);
  }, 120_000);
});
