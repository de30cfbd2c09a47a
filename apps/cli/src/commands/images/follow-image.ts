/** Follows what is done with an image to its end. */
import {
  listImageOperations,
  waitForImageOperation,
  type Client,
  type ImageOperationView,
} from '@openvsys/api-client';
import { answerOf } from '../../api/answer.js';
import type { Page } from '../../api/pages.js';
import { CliError, errorOfAnswer, explain } from '../../cli-error.js';
import type { Context } from '../../context.js';
import { EXIT, exitCodeOfOperation, type ExitCode } from '../../exit-codes.js';
import { took } from '../../output/amounts.js';
import type { Column } from '../../output/render.js';

/** Seconds of one question: short, so that progress is told. */
const ONE_WAIT_SECONDS = 2;

export const OPERATION_COLUMNS: readonly Column<ImageOperationView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'kind', value: ({ kind }) => kind },
  { title: 'state', value: ({ state }) => state },
  { title: 'template', value: ({ image }) => image },
  { title: 'progress', value: ({ progress }) => (progress === null ? null : progressOf(progress)) },
  { title: 'took', value: (operation) => took(operation) ?? null },
];

/** All of them, one after the other; progress goes to stderr. Prints how they ended. */
export async function followAll(context: Context, asked: readonly ImageOperationView[]): Promise<ExitCode> {
  const ended: ImageOperationView[] = [];
  for (const { id } of asked) ended.push(await follow(context, id));
  await context.output.list(onePage(ended), OPERATION_COLUMNS);
  return outcomeOf(context, ended);
}

/** What goes on with a template now. */
export async function openOperations(
  client: Client,
  template: string,
): Promise<readonly ImageOperationView[]> {
  const { items } = await answerOf(listImageOperations({ client, query: { template, limit: 100 } }));
  return items.filter(({ finishedAt }) => finishedAt === null);
}

async function follow({ client, output }: Context, id: string): Promise<ImageOperationView> {
  let told = '';
  for (;;) {
    const operation = await waitOnce(client, id);
    if (operation.finishedAt !== null) return operation;
    const now = operation.progress === null ? operation.state : progressOf(operation.progress);
    if (now !== told) output.note(`${operation.kind}: ${now}`);
    told = now;
  }
}

function outcomeOf({ io }: Context, ended: readonly ImageOperationView[]): ExitCode {
  const failed = ended.find(({ state }) => state !== 'succeeded');
  if (failed === undefined) return EXIT.done;
  if (failed.error !== null) {
    const { message, ...rest } = failed.error;
    io.stderr.write(`${explain(new CliError(message, exitCodeOfOperation(failed.state), rest))}\n`);
  }
  return exitCodeOfOperation(failed.state);
}

/** The API answers a failed operation with 409, and the operation as its body. */
async function waitOnce(client: Client, imageOperationId: string): Promise<ImageOperationView> {
  const query = { timeout: ONE_WAIT_SECONDS };
  const result = await waitForImageOperation({ client, path: { imageOperationId }, query });
  const { error, response } = result;
  if (error !== undefined && response?.status === 409) {
    if ('state' in error) return error;
    throw errorOfAnswer(error, response.status);
  }
  return answerOf(Promise.resolve(result));
}

function progressOf({ stage, percent }: Readonly<Record<string, unknown>>): string {
  return typeof percent === 'number' ? `${String(stage)} ${percent} %` : String(stage);
}

/** A list that comes as a whole. */
export async function* onePage<Row>(items: readonly Row[]): AsyncGenerator<Page<Row>> {
  yield { items, nextCursor: null };
}
