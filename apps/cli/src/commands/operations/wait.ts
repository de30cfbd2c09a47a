import { waitForOperation, type Client, type OperationView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { positiveWhole } from '../../api/pages.js';
import { errorOfAnswer } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { isEnded } from '../../live/frames.js';
import { exitOf } from '../accepted.js';
import { renderOperation } from './show.js';

/** Seconds of one question; longer ones would be cut by proxies. */
const ONE_WAIT_SECONDS = 30;

const HELP = `
Exit codes: 0 succeeded, 1 failed, 7 cancelled, 8 not ended within the time.

Examples:
  $ id=$(vsysctl vsys create --descriptor three-tier --name shop --no-wait -o json | jq -r .operation.id)
  $ vsysctl operations wait "$id" --timeout 600`;

export function registerWaitForOperation(operations: Command, shell: Shell): void {
  operations
    .command('wait')
    .description('Waits for the end of an operation and shows nothing meanwhile.')
    .argument('<id>', 'id of the operation')
    .option('--timeout <seconds>', 'wait no longer than this (default: for ever)', positiveWhole)
    .addHelpText('after', HELP)
    .action(shell.connected(wait));
}

async function wait(context: Context, id: string, { timeout }: { timeout?: number }): Promise<ExitCode> {
  const { client, output } = context;
  const until = timeout === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeout * 1_000;
  let operation: OperationView;
  do {
    const seconds = Math.min(ONE_WAIT_SECONDS, Math.max(0, Math.ceil((until - Date.now()) / 1_000)));
    operation = await waitOnce(client, id, seconds);
  } while (!isEnded(operation.state) && Date.now() < until);
  const last = operation;
  await output.result(last, () => renderOperation(last, output.colors));
  return exitOf(context, last);
}

/** The API answers a failed operation with 409, and the operation as its body. */
async function waitOnce(client: Client, operationId: string, timeout: number): Promise<OperationView> {
  const result = await waitForOperation({ client, path: { operationId }, query: { timeout } });
  const { error, response } = result;
  if (error !== undefined && response?.status === 409) {
    if ('state' in error) return error;
    throw errorOfAnswer(error, response.status);
  }
  return answerOf(Promise.resolve(result));
}
