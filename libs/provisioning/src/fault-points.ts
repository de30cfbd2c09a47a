/**
 * Named places where a process may die. Empty in production: without a handler each costs one comparison.
 *
 *   observe ─► turn.before-commit ─ commit ─ turn.after-commit ─► action.before-perform ─ perform ─ action.after-perform ─► …
 *                                                                  action.before-settle ─ settle ─ action.after-settle
 */
export const FAULT_POINTS = [
  'turn.before-commit',
  'turn.after-commit',
  'action.before-perform',
  'action.after-perform',
  'action.before-settle',
  'action.after-settle',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Called with the point and what it is about (an action key or a VSYS id). May throw, wait or never resolve. */
export type FaultHandler = (point: FaultPoint, subject: string) => Promise<void> | void;

let handler: FaultHandler | undefined;

export async function faultPoint(point: FaultPoint, subject: string): Promise<void> {
  if (handler === undefined) return;
  await handler(point, subject);
}

/** Runs `body` with fault points switched on; for tests only. Nested use replaces the handler for the inner body. */
export async function withFaultPoints<T>(using: FaultHandler, body: () => Promise<T>): Promise<T> {
  const before = handler;
  handler = using;
  try {
    return await body();
  } finally {
    handler = before;
  }
}
