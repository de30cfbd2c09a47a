/**
 * The live stream of events: those behind the last one that the caller knows, then each as it is taken into the feed.
 * Positions of the feed have no holes that could be filled later, so nothing is lost and nothing comes twice.
 *
 *   known event ──► its position ──► events behind it ──► wait for the feed ──► events behind … ──► end, come back
 */
import { Injectable } from '@nestjs/common';
import {
  FED,
  Database,
  findEventPosition,
  readFeed,
  readFeedEnd,
  type EventFilter,
  type FedEvent,
} from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { OperationNews } from '../operations/operation-news.js';

/** Keeps proxies from closing an idle stream; also the longest time that lost news stays unnoticed. */
const HEARTBEAT_MS = 5_000;
/** Then the caller comes back with the last id and is asked for its token again: a revoked one reads no longer than this. */
const LONGEST_MS = 15 * 60 * 1_000;
/** Waiting readers hold no more than this in memory. */
const EVENTS_AT_ONCE = 500;
/** Events are taken into the feed within a fraction of a second while a worker runs. */
const FEEDING_MS = 10_000;

export type EventFrame = FedEvent | 'heartbeat';

@Injectable()
export class FollowEvents {
  constructor(
    private readonly database: Database,
    private readonly news: OperationNews,
  ) {}

  /**
   * `lastId` is the last event that the caller knows; undefined: from now on. Throws `not-found` before the first frame
   * when there is no such event. Ends when the signal aborts or after a quarter of an hour.
   */
  async *execute(
    call: Call,
    filter: EventFilter,
    lastId: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<EventFrame> {
    let after = await this.startOf(call, lastId, signal);
    yield 'heartbeat';
    let lastFrameAt = Date.now();
    const end = lastFrameAt + LONGEST_MS;
    while (!signal.aborted && Date.now() < end) {
      const looked = new AbortController();
      const told = this.news.wait(FED, HEARTBEAT_MS, AbortSignal.any([signal, looked.signal]));
      try {
        // The end is read first: what the filter leaves out is not looked at again.
        const { events, reached } = await this.look(call, filter, after);
        yield* events;
        after = reached;
        const isQuiet = Date.now() - lastFrameAt >= HEARTBEAT_MS;
        if (events.length === 0 && isQuiet) yield 'heartbeat';
        if (events.length > 0 || isQuiet) lastFrameAt = Date.now();
        if (events.length < EVENTS_AT_ONCE) await told;
      } finally {
        looked.abort();
      }
    }
  }

  private async look(call: Call, filter: EventFilter, after: number) {
    return this.database.session(async (session) => {
      const end = await readFeedEnd(session);
      const range = { after, limit: EVENTS_AT_ONCE };
      const events = end > after ? await readFeed(session, call.scope, filter, range) : [];
      const last = events.at(-1)?.position ?? after;
      return { events, reached: events.length === EVENTS_AT_ONCE ? last : Math.max(last, end) };
    });
  }

  private async startOf(call: Call, lastId: string | undefined, signal: AbortSignal): Promise<number> {
    if (lastId === undefined) return this.database.session(readFeedEnd);
    const end = Date.now() + FEEDING_MS;
    while (!signal.aborted && Date.now() < end) {
      const news = this.news.wait(FED, HEARTBEAT_MS / 10, signal);
      const found = await this.database.session(async (session) =>
        findEventPosition(session, call.scope, lastId),
      );
      if (found === undefined) throw unknownEvent();
      if (found !== null) return found;
      await news;
    }
    throw new DomainError('unavailable', 'The event is not in the feed yet: no worker is running.', {
      remedy: 'Repeat the request later.',
    });
  }
}

function unknownEvent(): DomainError {
  return new DomainError('not-found', 'The event that the stream should go on from is not known.', {
    pointer: '/header/Last-Event-ID',
    remedy: 'List events to catch up, then follow the stream without Last-Event-ID.',
  });
}
