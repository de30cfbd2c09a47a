/**
 * The live stream of an operation, whatever happens to the connection. The server begins every stream with everything as it
 * is, so a new connection misses nothing.
 *
 *   connect ──► frames … ──► operation ended: done
 *      ▲            │ connection lost, or silent for too long
 *      └── pause ◄──┘            no connection for too long: error, the operation goes on
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Problem } from '@openvsys/api-client';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { CliError, errorOfAnswer, errorOfSilence } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { frameOf, isEnded, type Frame } from './frames.js';

export interface Patience {
  /** Three lost heartbeats of the server (one in 5 s): the connection is dead, ms. */
  readonly silenceMs: number;
  /** Between two tries to connect, ms. */
  readonly pauseMs: number;
  /** A server that is away longer is not just restarting, ms. */
  readonly awayMs: number;
}

const PATIENCE: Patience = { silenceMs: 16_000, pauseMs: 1_000, awayMs: 60_000 };

/** Frames until the operation ended. Throws `CliError` for an unknown id and when the server stays away. */
export async function* followOperation(
  client: Client,
  operationId: string,
  signal: AbortSignal,
  patience: Patience = PATIENCE,
): AsyncGenerator<Frame> {
  let heardAt = Date.now();
  while (true) {
    try {
      for await (const message of messagesOf(client, operationId, signal, patience.silenceMs)) {
        heardAt = Date.now();
        const frame = frameOf(message);
        if (frame === undefined) continue;
        yield frame;
        if (frame.event === 'operation' && isEnded(frame.data.state)) return;
      }
    } catch (error) {
      if (signal.aborted || !canRepeat(error)) throw error;
    }
    if (Date.now() - heardAt > patience.awayMs) throw lost(operationId);
    await pause(patience.pauseMs, undefined, { signal });
  }
}

/** Lost connections and servers that are away; not refusals, and not frames that cannot be understood. */
function canRepeat(error: unknown): boolean {
  if (error instanceof CliError) return error.exitCode === EXIT.unavailable;
  // `fetch` tells a broken stream by a TypeError, our own time limit by an AbortError.
  return error instanceof TypeError || (error instanceof Error && error.name === 'AbortError');
}

function lost(operationId: string): CliError {
  return new CliError(
    'The connection to the server was lost; the operation goes on there.',
    EXIT.unavailable,
    {
      remedy: `Follow it again with \`vsysctl operations watch ${operationId}\`.`,
    },
  );
}

async function* messagesOf(
  client: Client,
  operationId: string,
  signal: AbortSignal,
  silenceMs: number,
): AsyncGenerator<EventSourceMessage> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const body = await openStream(client, operationId, AbortSignal.any([signal, silence.signal]));
    const ready: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (message) => ready.push(message) });
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      timer.refresh();
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* ready.splice(0);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function openStream(
  client: Client,
  operationId: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { data, error, response } = await client.get<{ 200: ReadableStream<Uint8Array> }, Problem>({
    url: '/v1/operations/{operationId}/events',
    path: { operationId },
    headers: { Accept: 'text/event-stream' },
    parseAs: 'stream',
    // The time limit of ordinary answers must not cut the stream.
    fetch,
    signal,
  });
  if (response === undefined) throw errorOfSilence(error);
  if (!response.ok || data === undefined) throw errorOfAnswer(error, response.status);
  return data;
}
