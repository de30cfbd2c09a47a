/** Shows an operation until it ends: a picture that is redrawn for people, a line for each change for logs. */
import { getOperation, getVsys, type OperationView, type VsysDetailView } from '@openvsys/api-client';
import { createLogUpdate } from 'log-update';
import { answerOf } from '../api/answer.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import type { Frame } from './frames.js';
import { isEnded } from './frames.js';
import { followOperation } from './follow-operation.js';
import { renderLivePicture } from './live-picture.js';
import { LiveSystem } from './live-system.js';

/** Between two pictures: faster than this nobody reads, ms. */
const REDRAW_MS = 100;

/** The operation as it ended. Throws `CliError` when the server is lost or the person interrupts; the operation goes on then. */
export async function watchOperation(context: Context, operation: OperationView): Promise<OperationView> {
  try {
    if (!isEnded(operation.state)) await showUntilEnd(context, operation);
  } catch (error) {
    if (context.io.signal.aborted) throw interrupted(operation.id);
    throw error;
  }
  const { client } = context;
  const { steps: _, ...ended } = await answerOf(
    getOperation({ client, path: { operationId: operation.id } }),
  );
  return ended;
}

async function showUntilEnd(context: Context, operation: OperationView): Promise<void> {
  const { client, io, output } = context;
  const frames = followOperation(client, operation.id, io.signal);
  if (output.progress === 'none') {
    for await (const _ of frames);
    return;
  }
  const live = new LiveSystem(await vsysOf(context, operation), operation);
  await (output.progress === 'picture' ? draw(context, live, frames) : report(context, live, frames));
}

async function vsysOf({ client }: Context, { vsysId }: OperationView): Promise<VsysDetailView> {
  return answerOf(getVsys({ client, path: { vsysId } }));
}

async function report({ output }: Context, live: LiveSystem, frames: AsyncIterable<Frame>): Promise<void> {
  for await (const frame of frames) {
    const news = live.apply(frame);
    if (news !== undefined) output.note(news);
  }
}

async function draw({ io, output }: Context, live: LiveSystem, frames: AsyncIterable<Frame>): Promise<void> {
  const update = createLogUpdate(io.stderr);
  const since = Date.now();
  const redraw = (): void => update(renderLivePicture(live, Date.now() - since, output.noteColors));
  redraw();
  const timer = setInterval(redraw, REDRAW_MS);
  try {
    for await (const frame of frames) live.apply(frame);
  } finally {
    clearInterval(timer);
    redraw();
    update.done();
  }
}

function interrupted(operationId: string): CliError {
  return new CliError('Interrupted; the operation goes on at the server.', EXIT.interrupted, {
    remedy: `Follow it with \`vsysctl operations watch ${operationId}\`, stop it with \`vsysctl operations cancel ${operationId}\`.`,
  });
}
