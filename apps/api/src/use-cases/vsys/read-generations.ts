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
import { describeDifference, type PartDifference, type VsysId } from '@openvsys/vsys';
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
      const { items, nextCursor } = await listGenerations(session, call.scope, vsysId, page);
      return { items: items.map(generationOf), nextCursor };
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
