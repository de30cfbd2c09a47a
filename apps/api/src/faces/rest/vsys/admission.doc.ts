/** Answers and problems that accepted changes have in common. */
import type { ErrorCode } from '@openvsys/vsys';
import { AcceptedView } from '../operations/operations.views.js';
import { DeletionPlanView } from './deletion.views.js';
import { PlanView } from './plan.views.js';

const ACCEPTED_ANSWER = {
  status: 202,
  description: 'Accepted; the operation tells how far it is.',
  type: AcceptedView,
  headers: {
    Location: 'Path of the operation.',
    ETag: 'The new generation in quotes.',
  },
} as const;

export const ACCEPTED_OR_PLAN = [
  ACCEPTED_ANSWER,
  { status: 200, description: 'With `dryRun=true`: the plan. Nothing was changed.', type: PlanView },
] as const;

export const ACCEPTED_OR_DELETION = [
  ACCEPTED_ANSWER,
  {
    status: 200,
    description: 'With `dryRun=true`: what would vanish and what would go on costing. Nothing was changed.',
    type: DeletionPlanView,
  },
] as const;

export const ADMISSION_PROBLEMS: readonly ErrorCode[] = [
  'invalid-descriptor',
  'invalid-parameter',
  'too-large',
  'not-found',
  'conflict',
  'quota-exceeded',
  'no-capacity',
  'address-exhausted',
];
