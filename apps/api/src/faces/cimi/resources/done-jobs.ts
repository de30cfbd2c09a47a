/**
 * Jobs of changes that were done at once. Nothing of them is stored: all that such a Job can tell is in its id, sealed, so that
 * nobody can make one up, and readable by the organization that it was given to.
 */
import { isSealed, sealedBase64, sealedText } from '@openvsys/vsys';
import { ref, type Representation } from '../model/representation.js';
import { unknown, type CimiContext } from './context.js';
import { isInput } from './credentials.js';
import { jobPath } from './paths.js';

const PREFIX = 'done-';
const SEAL = 'template:done-job';

export interface DoneDeed {
  /** `add`, `edit`, `delete`, or the name of an action. */
  readonly action: string;
  /** Path of what it was done to; of an add the collection. */
  readonly target: string;
  /** Path of what came of it; undefined: nothing new. */
  readonly resource: string | undefined;
}

export const isDoneJob = (id: string): boolean => id.startsWith(PREFIX);

export function doneJobPath({ use, call }: CimiContext, { action, target, resource }: DoneDeed): string {
  const at = new Date().toISOString();
  const text = JSON.stringify({ by: call.principal.organizationId, action, target, resource, at });
  const sealed = Buffer.from(sealedBase64(use.sealer.seal(text, SEAL)), 'base64').toString('base64url');
  return jobPath(PREFIX + sealed);
}

/** Throws `not-found` for what is none, and for those of others. */
export function doneJob(context: CimiContext, id: string): Representation {
  const deed = opened(context, id);
  if (deed === undefined || deed['by'] !== context.call.principal.organizationId) throw unknown('Job', id);
  const { action, target, resource, at } = deed;
  const affected = [target, resource].filter((path) => typeof path === 'string');
  return {
    type: 'Job',
    id: jobPath(id),
    attributes: {
      name: String(action),
      created: at,
      state: 'SUCCESS',
      targetResource: ref(String(target)),
      affectedResources: affected.map(ref),
      action: `action/${String(action)}`,
      returnCode: 0,
      progress: 100,
      timeOfStatusChange: at,
    },
    operations: [],
  };
}

function opened({ use }: CimiContext, id: string): Readonly<Record<string, unknown>> | undefined {
  const sealed = sealedText(Buffer.from(id.slice(PREFIX.length), 'base64url').toString('base64'));
  try {
    const deed: unknown = isSealed(sealed) ? JSON.parse(use.sealer.open(sealed, SEAL)) : undefined;
    return isInput(deed) ? deed : undefined;
  } catch {
    return undefined;
  }
}
