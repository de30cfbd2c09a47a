// Purpose: which messages of the data model are served by hand, generically, or refused.
import { BEHAVIOURS } from './behaviours/all-behaviours.js';
import { genericBehaviour } from './dispatch/generic-messages.js';
import { dataModel } from './datamodel/data-model.js';

export interface ClassCoverage {
  cls: string;
  written: number;
  generic: number;
  /** Withdrawn from the API: MESSAGE_REMOVED. */
  removed: number;
  /** NOT_IMPLEMENTED. */
  refused: readonly string[];
}

/** Counts per class, in the order of the data model. */
export function coverageByClass(): ClassCoverage[] {
  return [...dataModel().classes.values()].map((fact) => {
    const coverage = { cls: fact.name, written: 0, generic: 0, removed: 0, refused: [] as string[] };
    for (const message of fact.messages.values()) {
      if (message.removed) coverage.removed += 1;
      // Members' own messages: clients get the same refusal from a real server.
      else if (message.hidden === 'pool') coverage.written += 1;
      else if (BEHAVIOURS[`${fact.name}.${message.name}`] !== undefined) coverage.written += 1;
      else if (message.name === 'get_all_records_where') coverage.generic += 1;
      else if (genericBehaviour(fact, message) !== undefined) coverage.generic += 1;
      else coverage.refused.push(message.name);
    }
    return coverage;
  });
}
