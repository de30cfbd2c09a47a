/** What a caller believes the present generation to be; compared inside the transaction of the change. */
import { DomainError } from '@openvsys/vsys';

/** Any of these generations, or `any`: the VSYS only has to exist. */
export interface Precondition {
  readonly generations: readonly number[] | 'any';
}

/** Throws `stale` when the present generation is none of those that the caller named. */
export function checkPrecondition(precondition: Precondition | undefined, generation: number): void {
  if (precondition === undefined || precondition.generations === 'any') return;
  if (precondition.generations.includes(generation)) return;
  throw new DomainError('stale', `The VSYS was changed meanwhile: its generation is ${generation}.`, {
    remedy: 'GET it again, look at what changed, and repeat with the new ETag.',
    details: { generation, expected: [...precondition.generations] },
  });
}
