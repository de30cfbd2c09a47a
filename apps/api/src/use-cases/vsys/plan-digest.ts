/**
 * What a plan depends on, as a short text that the caller sends back to apply exactly this plan. Nothing of a plan is stored:
 * the digest is worked out again inside the transaction of the change, and each of its pieces tells what has changed since.
 *
 *   p1.<generation>.<parts and steps>.<sizes>.<prices>.<limits>
 *
 * Ids, VLANs and addresses that are drawn when it is admitted are no part of it, and neither is how much others use as long as
 * the change still fits.
 */
import { createHash } from 'node:crypto';
import { DomainError, type VsysSpec } from '@openvsys/vsys';
import type { Plan } from './plan.js';

const VERSION = 'p1';
/** 60 bits each: nobody finds another change of the same digest by chance. */
const PIECE_LENGTH = 15;
/** In the order of the pieces. */
const PIECES = ['generation', 'parts', 'catalogue', 'prices', 'limits'] as const;
export type PlanPiece = (typeof PIECES)[number];

export function digestOf(plan: Omit<Plan, 'digest'>, next: VsysSpec): string {
  const parts = plan.changes
    .filter(({ change }) => change !== 'unchanged')
    .map(({ part, kind, name, change, fields, restartNeeded }) => ({
      part,
      kind,
      name,
      change,
      fields,
      restartNeeded,
    }));
  const steps = plan.steps.map(({ id }) => id).toSorted();
  const sizes = next.servers.map(({ name, type, vcpus, memoryMiB, image, systemDiskGiB }) => ({
    name,
    type,
    vcpus,
    memoryMiB,
    image,
    systemDiskGiB,
  }));
  const limits = plan.quotas.map(({ scope, resource, limit, fits }) => ({ scope, resource, limit, fits }));
  const pieces = [{ parts, steps }, sizes, plan.price, limits].map((piece) => hashOf(piece, next.vsysId));
  return [VERSION, plan.basedOnGeneration, ...pieces].join('.');
}

/** A system that is not there yet has another id in its plan than when it is made. */
function hashOf(piece: unknown, vsysId: string): string {
  const text = JSON.stringify(piece).replaceAll(vsysId, '*');
  return createHash('sha256').update(text).digest('hex').slice(0, PIECE_LENGTH);
}

/** What differs. Throws `invalid-request` for a text that is no digest. */
export function differencesOf(given: string, present: string): readonly PlanPiece[] {
  const [version, ...before] = given.split('.');
  if (version !== VERSION || before.length !== PIECES.length) {
    throw new DomainError('invalid-request', 'OpenVSYS-Plan does not look like the digest of a plan.', {
      pointer: '/header/OpenVSYS-Plan',
      remedy: 'Send the digest of the plan as it was.',
    });
  }
  const after = present.split('.').slice(1);
  return PIECES.filter((_, index) => before[index] !== after[index]);
}
