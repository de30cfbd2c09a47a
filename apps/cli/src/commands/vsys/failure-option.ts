import type { OnFailure } from '@openvsys/api-client';
import { Option } from 'commander';

export interface FailureOptions {
  readonly onFailure: OnFailure;
}

const POLICIES = ['rollback', 'keep'] as const satisfies readonly OnFailure[];

/** A new one for each command: commander keeps state in them. */
export function failureOption(): Option {
  return new Option(
    '--on-failure <policy>',
    'go back to the last good state, or keep what is there to resume',
  )
    .choices(POLICIES)
    .default('rollback');
}
