/** What must hold after every story. */
import { expect } from 'vitest';
import { nextActions, type OperationId, type OperationState, type VsysId } from '@openvsys/vsys';
import type { Harness } from './harness.js';

/** The pool equals the newest spec, nothing is open, nothing was done twice or without an intent. */
export function expectReached(
  harness: Harness,
  vsys: VsysId,
  operation: OperationId,
  state: OperationState = 'succeeded',
): void {
  const row = harness.database.system(vsys);
  expect(harness.pool.violations).toEqual([]);
  expect(nextActions(row.spec, harness.pool.world(vsys))).toEqual([]);
  expect(row.observedGeneration).toBe(row.spec.generation);
  expect(row.parked).toBeNull();
  expect(harness.database.operation(operation).state).toBe(state);
  expect(harness.database.openActions).toEqual([]);
}

/** Nothing of the VSYS is left: in the pool, in its rows, on the bill. */
export function expectNothingLeft(harness: Harness, vsys: VsysId): void {
  const { nets, servers, disks, nics } = harness.pool.world(vsys);
  expect([...nets, ...servers, ...disks, ...nics]).toEqual([]);
  expect([...harness.database.system(vsys).parts.keys()]).toEqual([]);
  expect([...harness.database.holdings.keys()]).toEqual([]);
}

/** Every effect happened exactly once. */
export function expectOnce(harness: Harness): void {
  const keys = harness.pool.effects.map((effect) => effect.key);
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
}
