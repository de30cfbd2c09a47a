/** The answer to a change. */
import type { CimiContext } from '../resources/context.js';
import { doneJobPath } from '../resources/done-jobs.js';
import { absolute, plainOf } from '../serialize/plain.js';
import type { Changed } from './change.js';
import { sendResource, type Exchange } from './exchange.js';

/** A new resource answers itself, also while it is still made; any other accepted change answers its Job. */
export function sendOutcome(
  context: CimiContext,
  exchange: Exchange,
  { outcome, isNew, deed }: Changed,
): void {
  const { response } = exchange;
  const { resource } = outcome;
  if (isNew && resource !== undefined) response.setHeader('Location', absolute(context, resource.id));
  if (outcome.kind === 'done' && outcome.location !== undefined)
    response.setHeader('Location', absolute(context, outcome.location));
  if (resource?.version !== undefined) response.setHeader('ETag', `"${resource.version}"`);
  const job =
    outcome.kind === 'accepted' ? outcome.job.id : doneJobPath(context, { ...deed, resource: resource?.id });
  response.setHeader('CIMI-Job-URI', absolute(context, job));
  if (outcome.kind === 'accepted') {
    const shown = resource ?? outcome.job;
    sendResource(exchange, 202, shown.type, plainOf(context, shown));
    return;
  }
  if (resource === undefined) response.status(200).type(exchange.format.contentType).send('');
  else sendResource(exchange, isNew ? 201 : 200, resource.type, plainOf(context, resource));
}
