/**
 * Back to a former generation: its descriptor and its parameters become those of the next one. Parts that are still there
 * keep their ids and contents; parts that were removed since are made anew and empty, and parts that came since go.
 */
import { getGeneration, type Session } from '@openvsys/persistence';
import {
  DomainError,
  lostContents,
  openSecretValues,
  type FailurePolicy,
  type LostPart,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Precondition } from '../precondition.js';
import type { DescribedSystem, DesignChange } from './design-change.js';
import { bind } from './design-source.js';
import { presentDescriptor } from './next-generation.js';

export interface RollBackCommand {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
  readonly generation: number;
  /** Whether servers, disks and snapshots that came since may be destroyed with their contents. */
  readonly dataLoss: 'refused' | 'allowed';
  readonly onFailure: FailurePolicy;
}

/** The design throws `not-found` for a generation that never was, `conflict` for the present one and for one that was deleted. */
export function rollBackOf({ generation, dataLoss, ...command }: RollBackCommand): DesignChange {
  return {
    ...command,
    name: undefined,
    verb: 'rollback',
    design: async (session, _scope, vsys, sealer) => {
      const former = await formerGeneration(session, vsys, generation);
      const { descriptor, ...chosen } = await presentDescriptor(session, former);
      return bind(
        { ...chosen, descriptor },
        { ...openSecretValues({ ...former.parameters }, vsys.id, sealer) },
      );
    },
    ...(dataLoss === 'allowed' ? {} : { refuse: requireNothingLost }),
  };
}

async function formerGeneration(
  session: Session,
  { id, generation: present }: DescribedSystem,
  wanted: number,
) {
  const former = await getGeneration(session, id, wanted);
  if (wanted === present)
    throw new DomainError('conflict', `${id} is at generation ${wanted} already.`, {
      pointer: '/generation',
      retry: 'never',
      remedy: 'There is nothing to do.',
    });
  if (former.spec.presence === 'present') return former;
  throw new DomainError('conflict', `In generation ${wanted} nothing of ${id} was wanted.`, {
    pointer: '/generation',
    remedy: 'Choose another generation, or delete the system.',
  });
}

/** Throws `conflict` with what would be destroyed. */
function requireNothingLost(previous: VsysSpec, next: VsysSpec): void {
  const lost = lostContents(previous, next);
  if (lost.length === 0) return;
  throw new DomainError('conflict', `Rolling back would destroy the contents of ${namesOf(lost)}.`, {
    pointer: '/allowDataLoss',
    retry: 'after-change',
    remedy: 'Look at the plan (`dryRun=true`). Keep what you need, then repeat with `allowDataLoss: true`.',
    details: { lost },
  });
}

/** As many names as a sentence holds. */
const NAMED = 5;

function namesOf(lost: readonly LostPart[]): string {
  const named = lost.slice(0, NAMED).map(({ name }) => `“${name}”`);
  const more = lost.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
