/** Every change of a part is answered alike: accepted, or its plan. */
import type { FailurePolicy } from '@openvsys/vsys';
import { preconditionOf } from '../../../http/etag.js';
import type { HttpExchange } from '../../../http/exchange.js';
import type { Call } from '../../../use-cases/call.js';
import type { EditParts, PartEdit } from '../../../use-cases/parts/edit-parts.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import type { PlanView } from '../vsys/plan.views.js';
import type { DryRunQuery } from '../vsys/vsys.requests.js';

export interface PartExchange {
  readonly query: DryRunQuery;
  readonly exchange: HttpExchange;
  readonly onFailure?: FailurePolicy | undefined;
}

/** Throws what the use case throws. */
export async function answerEdit(
  parts: EditParts,
  call: Call,
  edit: PartEdit,
  { query, exchange: { ifMatch, response }, onFailure }: PartExchange,
): Promise<AcceptedView | PlanView> {
  const options = { precondition: preconditionOf(ifMatch), onFailure };
  if (query.dryRun !== true) return acceptedView(response, await parts.execute(call, edit, options));
  response.status(200);
  return parts.preview(call, edit, options);
}

type Given<T> = { [Key in keyof T]-?: Exclude<T[Key], undefined> };

/** Without the fields that the caller left out. */
export function given<T extends object>(fields: T): Partial<Given<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Given<T>
  >;
}
