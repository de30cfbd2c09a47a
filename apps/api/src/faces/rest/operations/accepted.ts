/** Headers of an accepted change. */
import type { Response } from 'express';
import { etagOf } from '../../../http/etag.js';
import type { AcceptedView } from './operations.views.js';

export function acceptedView(response: Response, accepted: AcceptedView): AcceptedView {
  response.setHeader('Location', `/v1/operations/${accepted.operation.id}`);
  response.setHeader('Link', `</v1/vsys/${accepted.vsysId}>; rel="related"`);
  response.setHeader('ETag', etagOf(accepted.generation));
  return accepted;
}
