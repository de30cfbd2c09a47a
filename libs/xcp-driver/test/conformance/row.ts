/** One row of the list in docs/xenapi-conformance.md as a test. */
import { expect, it, type TestContext } from 'vitest';
import { isRealPool } from './target.js';

/** A real pool needs seconds where the simulator needs none. */
const LIMIT_MS = isRealPool() ? 300_000 : 60_000;

/** Registers a test that runs on the simulator and on a real pool. */
export function row(id: `D${number}`, title: string, run: (context: TestContext) => Promise<void>): void {
  it(`${id} ${title}`, { timeout: LIMIT_MS }, async (context) => {
    expect.hasAssertions();
    await run(context);
  });
}

/** Says that the pool at hand cannot show the row, e.g. for want of a second host. The simulator always can. */
export function notHere(context: TestContext, reason: string): void {
  if (isRealPool()) context.skip(reason);
  throw new Error(`the simulated pool cannot show the row: ${reason}`);
}
