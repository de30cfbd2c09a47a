/** Changes carry an Idempotency-Key, so that a repeat of a command whose answer was lost changes nothing twice. */
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { answerOf, type ClientResult } from './answer.js';

/** A type, not an interface: the client takes headers as a record. */
export type OnceHeaders = { readonly 'Idempotency-Key': string };

/** `about` tells the changes of one invocation apart when there are several: a key is for one request only. */
export type SendChange = <Data>(
  send: (headers: OnceHeaders) => Promise<ClientResult<Data>>,
  about?: string,
) => Promise<Data>;

export function changesUnder(key: string): SendChange {
  return async (send, about) => {
    const headers = { 'Idempotency-Key': about === undefined ? key : `${key}.${about}` };
    try {
      return await answerOf(send(headers));
    } catch (error) {
      throw withRepeatHint(error, key);
    }
  };
}

function withRepeatHint(error: unknown, key: string): unknown {
  if (!(error instanceof CliError) || error.exitCode !== EXIT.unavailable) return error;
  const remedy = `It may have been done or not. Repeat the same command with \`--idempotency-key ${key}\`: then it is done once.`;
  return new CliError(error.message, error.exitCode, { ...error.problem, remedy });
}
