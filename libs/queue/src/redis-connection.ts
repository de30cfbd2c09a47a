/** How producers and consumers connect to Redis, and how they live through its absence. */
import type { ConnectionOptions } from 'bullmq';

/** Longest pause between two attempts to connect, ms: a Redis that comes back is found soon. */
const LONGEST_RECONNECT_PAUSE_MS = 2_000;

/** A caller waits for the answer: fail soon instead of piling commands up. */
export function producerConnection(url: string, givenUp: AbortSignal): ConnectionOptions {
  return { url, maxRetriesPerRequest: 1, connectTimeout: 2_000, retryStrategy: reconnecting(givenUp) };
}

/** A consumer has time: it waits for Redis for as long as it takes (BullMQ demands null). */
export function consumerConnection(url: string, givenUp: AbortSignal): ConnectionOptions {
  return { url, maxRetriesPerRequest: null, connectTimeout: 5_000, retryStrategy: reconnecting(givenUp) };
}

/** BullMQ's close waits for a connection that may never come, so closing ends the attempts themselves. */
function reconnecting(givenUp: AbortSignal): (attempt: number) => number | null {
  return (attempt) => (givenUp.aborted ? null : Math.min(attempt * 100, LONGEST_RECONNECT_PAUSE_MS));
}
