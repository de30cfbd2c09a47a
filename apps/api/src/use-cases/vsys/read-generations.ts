/** Former generations of a VSYS, with what each changed. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getVsys,
  listGenerations,
  type GenerationRecord,
  type Page,
  type PageRequest,
} from '@openvsys/persistence';
import {
  describeDifference,
  DomainError,
  vsysOfPart,
  type PartDifference,
  type PartId,
  type VsysId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';

export interface Generation extends Omit<GenerationRecord, 'spec' | 'previousSpec'> {
  readonly name: string;
  /** To the generation before; parts that stayed as they were are left out. */
  readonly changes: readonly PartDifference[];
}

@Injectable()
export class ReadGenerations {
  constructor(private readonly database: Database) {}

  /** Newest first. Throws `not-found`. */
  async list(call: Call, vsysId: VsysId, page: PageRequest): Promise<Page<Generation>> {
    return this.database.session(async (session) => {
      await getVsys(session, call.scope, vsysId);
      const { items, nextCursor } = await listGenerations(session, call.scope, { vsysId }, page);
      return { items: items.map(generationOf), nextCursor };
    });
  }

  /**
   * Those that changed a part, and what they changed of it; of a server its network cards too. A part that is no longer there
   * has its history as long as its system is there. Throws `not-found` when the system cannot be seen or never had the part.
   */
  async listOfPart(call: Call, part: PartId, page: PageRequest): Promise<Page<Generation>> {
    const vsysId = vsysOfPart(part);
    return this.database.session(async (session) => {
      await getVsys(session, call.scope, vsysId);
      const { items, nextCursor } = await listGenerations(session, call.scope, { vsysId, part }, page);
      if (items.length === 0 && page.cursor === undefined) {
        throw new DomainError('not-found', `${vsysId} never had a part “${part}”.`);
      }
      return { items: items.map((item) => onlyPart(generationOf(item), part)), nextCursor };
    });
  }
}

function generationOf({ spec, previousSpec, ...record }: GenerationRecord): Generation {
  const differences = describeDifference(previousSpec ?? undefined, spec);
  return {
    ...record,
    name: spec.name,
    changes: differences.filter(({ change }) => change !== 'unchanged'),
  };
}

function onlyPart(generation: Generation, part: PartId): Generation {
  const ofServer = `${part}-E-`;
  const changes = generation.changes.filter((each) => each.part === part || each.part.startsWith(ofServer));
  return { ...generation, changes };
}
