/** Every change of an EFM is answered alike: accepted, or its preview. */
import type { VServerId } from '@openvsys/vsys';
import type { Call } from '../../../use-cases/call.js';
import type { ConfigureEfm, ConfigureEfmCommand } from '../../../use-cases/efms/configure-efm.js';
import { acceptedView } from '../operations/accepted.js';
import type { AcceptedView } from '../operations/operations.views.js';
import type { EfmPreviewView } from './efm-config.views.js';
import type { EfmHttpExchange } from './efm-exchange.js';
import { efmEtag, expectedTags } from './efm-tags.js';

export interface EfmChangeRequest {
  readonly efm: VServerId;
  readonly edit: ConfigureEfmCommand['edit'];
  readonly exchange: EfmHttpExchange;
}

/** Throws what the use case throws. */
export async function answerChange(
  configure: ConfigureEfm,
  call: Call,
  { efm, edit, exchange: { ifMatch, response, mode } }: EfmChangeRequest,
): Promise<AcceptedView | EfmPreviewView> {
  const command = { efm, expected: expectedTags(ifMatch), edit };
  if (mode === 'preview') {
    response.status(200);
    return configure.preview(call, command);
  }
  const { accepted, tag } = await configure.execute(call, command);
  const view = acceptedView(response, accepted);
  // Not the VSYS’s: what was changed here is the configuration.
  if (tag === undefined) response.removeHeader('ETag');
  else response.setHeader('ETag', efmEtag(tag));
  return view;
}
