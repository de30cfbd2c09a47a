/** Out of the recycle bin, with the power that each server had before. */
import { Injectable } from '@nestjs/common';
import { getGeneration, setBinned, type PresentSystem, type Session } from '@openvsys/persistence';
import { assertAllowed, awake, DomainError, type VsysId, type VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Precondition } from '../precondition.js';
import type { Accepted } from './accepted.js';
import { ChangeSpec } from './change-spec.js';

export interface RestoreVsysCommand {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
}

@Injectable()
export class RestoreVsys {
  constructor(private readonly changes: ChangeSpec) {}

  /** Throws `not-found`, `stale`, `conflict` when it is not in the bin, `no-capacity` and `quota-exceeded` for its servers. */
  async execute(call: Call, command: RestoreVsysCommand): Promise<Accepted> {
    return this.changes.execute(call, {
      ...command,
      side: 'either',
      decide: async (vsys, session) => ({
        kind: 'vsys.restore',
        onFailure: 'keep',
        spec: await specAfterRestore(session, vsys),
        also: async (own) => setBinned(own, vsys.id, null),
      }),
    });
  }
}

/** Nothing of a system changes in the bin, so the generation before is the one that was deleted. */
export async function specAfterRestore(
  session: Session,
  vsys: Pick<PresentSystem, 'id' | 'phase' | 'spec' | 'purgeAt' | 'generation'>,
): Promise<VsysSpec> {
  assertAllowed('vsys', vsys.id, 'restore', vsys.phase);
  if (vsys.purgeAt === null) {
    throw new DomainError('conflict', `${vsys.id} is not in the recycle bin.`, {
      retry: 'never',
      remedy: 'There is nothing to do.',
    });
  }
  return awake(vsys.spec, (await getGeneration(session, vsys.id, vsys.generation - 1)).spec);
}
