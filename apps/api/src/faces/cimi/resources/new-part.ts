/** A part that was just created: which one it is, and what is noted on it. */
import { DomainError } from '@openvsys/vsys';
import type { Accepted } from '../../../use-cases/vsys/accepted.js';
import type { Input } from '../read/input.js';

/** The name is noted only where the part is called otherwise. */
export function notesBeside({ name, description, properties }: Input, chosen: string | undefined): Input {
  return {
    ...(typeof name === 'string' && name !== chosen ? { name } : {}),
    ...(description === null ? {} : { description }),
    ...(properties === null ? {} : { properties }),
  };
}

/** Numbers grow: of several parts of a name the newest is the last. */
export function newPart({ parts }: Accepted, kind: string, name: string | undefined): string {
  const mine = parts.filter((part) => part.kind === kind && (name === undefined || part.name === name));
  const [newest] = mine
    .map(({ id }) => id)
    .toSorted()
    .toReversed();
  if (newest === undefined) throw new DomainError('internal', `A new ${kind} has no id.`);
  return newest;
}
