/** Follows what was asked to be done with a pool to its end. */
import { waitForPoolOperation, type Client, type PoolOperationView } from '@openvsys/api-client';
import { answerOf } from '../../api/answer.js';
import { CliError, errorOfAnswer, explain } from '../../cli-error.js';
import type { Context } from '../../context.js';
import { exitCodeOfOperation, type ExitCode } from '../../exit-codes.js';
import { took } from '../../output/amounts.js';
import { renderFacts } from '../../output/render.js';

/** Seconds of one question: short, so that progress is told. */
const ONE_WAIT_SECONDS = 2;

/** Tells progress on stderr while it goes on. */
export async function followPoolOperation(
  { client, output }: Context,
  asked: PoolOperationView,
): Promise<PoolOperationView> {
  let told = '';
  for (;;) {
    const operation = await waitOnce(client, asked.id);
    if (operation.finishedAt !== null) return operation;
    const now = operation.progress === null ? operation.state : progressOf(operation.progress);
    if (now !== told) output.note(now);
    told = now;
  }
}

/** Prints how it ended; why it failed goes to stderr. */
export async function endWith(
  { io, output }: Context,
  operation: PoolOperationView,
  facts: Readonly<Record<string, string | number | null>>,
): Promise<ExitCode> {
  const { id, kind, state, error } = operation;
  await output.result(operation, () =>
    renderFacts({ operation: id, kind, state, took: took(operation), ...facts }, output.colors),
  );
  if (error !== null) {
    const { message, ...rest } = error;
    io.stderr.write(`${explain(new CliError(message, exitCodeOfOperation(state), rest))}\n`);
  }
  return exitCodeOfOperation(state);
}

/** The API answers a failed operation with 409, and the operation as its body. */
async function waitOnce(client: Client, poolOperationId: string): Promise<PoolOperationView> {
  const query = { timeout: ONE_WAIT_SECONDS };
  const result = await waitForPoolOperation({ client, path: { poolOperationId }, query });
  const { error, response } = result;
  if (error !== undefined && response?.status === 409) {
    if ('state' in error) return error;
    throw errorOfAnswer(error, response.status);
  }
  return answerOf(Promise.resolve(result));
}

function progressOf(progress: Readonly<Record<string, unknown>>): string {
  const { moved, moving, waiting, obstacles } = progress;
  const stuck = Array.isArray(obstacles) && obstacles.length > 0 ? `, ${obstacles.length} cannot move` : '';
  return `${String(moved)} moved, ${String(moving)} moving, ${String(waiting)} waiting${stuck}`;
}
