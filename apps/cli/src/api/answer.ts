/** From what the generated client answers to data or an error that explains itself. */
import { CliError, errorOfAnswer, errorOfSilence } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

export interface ClientResult<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly response?: Response;
}

/** The data of a success. Throws `CliError` for every other answer, and for none. */
export async function answerOf<Data>(call: Promise<ClientResult<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (response === undefined) throw errorOfSilence(error);
  if (!response.ok) throw errorOfAnswer(error, response.status);
  // A proxy's log-in page or another server's start page is a success too.
  if (data === undefined || (response.status !== 204 && !isJson(response))) {
    throw new CliError(`${new URL(response.url).origin} does not answer like OpenVSYS.`, EXIT.unavailable, {
      remedy: 'Check the URL: it is the one under which /v1/whoami can be found.',
    });
  }
  return data;
}

function isJson(response: Response): boolean {
  return /^application\/([\w.+-]+\+)?json\b/.test(response.headers.get('content-type') ?? '');
}
