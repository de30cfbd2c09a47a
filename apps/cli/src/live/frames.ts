/** What the live stream of an operation sends, as far as it is shown. Unknown fields and events are for newer clients. */
import type { EventSourceMessage } from 'eventsource-parser';
import { z } from 'zod';

const Failure = z.object({ message: z.string(), remedy: z.string().optional() });

const OperationFrame = z.object({
  state: z.enum(['queued', 'running', 'rolling-back', 'succeeded', 'failed', 'cancelled']),
  kind: z.string(),
  stepsDone: z.number(),
  stepsTotal: z.number(),
});
const PartFrame = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
});
const StepFrame = z.object({
  id: z.string(),
  kind: z.string(),
  part: z.string(),
  attempt: z.number(),
  outcome: z.string(),
  error: Failure.nullable(),
});

export type OperationProgress = z.infer<typeof OperationFrame>;
export type PartProgress = z.infer<typeof PartFrame>;
export type StepProgress = z.infer<typeof StepFrame>;

export type Frame =
  | { readonly event: 'operation'; readonly data: OperationProgress }
  | { readonly event: 'part'; readonly data: PartProgress }
  | { readonly event: 'step'; readonly data: StepProgress };

/** Undefined for heartbeats and for what this version does not know. */
export function frameOf({ event, data }: EventSourceMessage): Frame | undefined {
  if (event === 'operation') return { event, data: OperationFrame.parse(JSON.parse(data)) };
  if (event === 'part') return { event, data: PartFrame.parse(JSON.parse(data)) };
  return event === 'step' ? { event, data: StepFrame.parse(JSON.parse(data)) } : undefined;
}

const ENDED = new Set(['succeeded', 'failed', 'cancelled']);

/** Nothing more will happen to the operation by itself. */
export function isEnded(state: string): boolean {
  return ENDED.has(state);
}
