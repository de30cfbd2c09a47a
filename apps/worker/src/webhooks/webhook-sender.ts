/**
 * Takes events into the feed and tells webhooks of them. At least once: what was sent and not recorded, because this process
 * died between the two, is sent again with the same id when the claim has run out. Any number of workers may do it.
 *
 *   look ──► feed events ──► claim what is due ──► send ──► record ──► look …
 */
import {
  claimDeliveries,
  disableWebhook,
  feedEvents,
  giveUpDeliveries,
  insertEvent,
  purgeDeliveries,
  storeDelivered,
  storeFailed,
  type AttemptResult,
  type ClaimedDelivery,
  type Database,
  type GivenUp,
} from '@openvsys/persistence';
import type { OutboundClient } from '@openvsys/outbound';
import { asDomainError, type Clock, type TextSealer } from '@openvsys/vsys';
import { composeMessage } from './message.js';
import { messagePause, retryAfterMs, targetPause } from './pauses.js';

export interface WebhookParts {
  readonly database: Pick<Database, 'session' | 'transaction'>;
  readonly outbound: Pick<OutboundClient, 'request'>;
  readonly sealer: Pick<TextSealer, 'open'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly newId: () => string;
  readonly chance: () => number;
  /** Told of a result that could not be recorded, and of what was given up. */
  readonly warn: (fields: object, message: string) => void;
}

/** A target that answers later is busy with us; it should take the message and work on it afterwards, ms. */
const ANSWER_MS = 10_000;
/** Longer than an attempt can take, so that only what a dead worker had claimed is sent twice. */
const CLAIM_MS = 30_000;
/** Nobody reads what a target says beside its status. */
const ANSWER_BYTES = 64 * 1_024;
/** Requests of one worker at once, of all targets. */
const MOST_AT_ONCE = 64;
const HOUR_MS = 60 * 60 * 1_000;
/** As long as it is tried. */
const LIFE_MS = 24 * HOUR_MS;
/** As long as what was delivered can be looked at and told again. */
const KEPT_MS = 30 * 24 * HOUR_MS;
/** HTTP 410: “never again”. */
const GONE = 410;

export class WebhookSender {
  readonly #sending = new Set<Promise<void>>();
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #stopped = false;

  constructor(private readonly parts: WebhookParts) {}

  /** Feeds events and begins to send what is due. Resolves when everything due is under way, not when it has arrived. */
  async look(): Promise<void> {
    if (this.#stopped) return;
    if (this.#looking !== undefined) {
      this.#lookAgain = true;
      await this.#looking;
      return;
    }
    this.#looking = this.#lookUntilQuiet();
    try {
      await this.#looking;
    } finally {
      this.#looking = undefined;
    }
  }

  /** Resolves when nothing is under way and nothing more is due. */
  async idle(): Promise<void> {
    while (this.#sending.size > 0 || this.#looking !== undefined) {
      await Promise.all(this.#sending);
      await this.#looking?.catch(() => undefined);
    }
  }

  /** Begins nothing new and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.idle();
  }

  /** Gives up what is too old and tells of it; forgets what ended long ago. */
  async tidy(): Promise<void> {
    const { database, clock, warn } = this.parts;
    const now = clock.now();
    const givenUp = await database.transaction(async (session) => {
      const found = await giveUpDeliveries(session, new Date(now.getTime() - LIFE_MS), now);
      for (const one of found) {
        if (one.organizationId !== null)
          await insertEvent(session, this.#alarmOf(one, one.organizationId, now));
      }
      return found;
    });
    for (const { webhookId, count, lastError } of givenUp)
      warn({ webhookId, count, lastError }, 'a webhook could not be told for a day');
    await database.session(async (session) => purgeDeliveries(session, new Date(now.getTime() - KEPT_MS)));
  }

  #alarmOf(
    { webhookId, name, count, lastError }: GivenUp,
    organizationId: NonNullable<GivenUp['organizationId']>,
    at: Date,
  ) {
    return {
      id: this.parts.newId(),
      organizationId,
      vsysId: null,
      resource: webhookId,
      type: 'webhook.dead',
      data: { name, count, lastError },
      at,
    };
  }

  async #lookUntilQuiet(): Promise<void> {
    const { database, clock } = this.parts;
    do {
      this.#lookAgain = false;
      while ((await database.transaction(async (session) => feedEvents(session, clock.now()))) > 0);
      await this.#claim();
    } while (this.#lookAgain && !this.#stopped);
  }

  async #claim(): Promise<void> {
    const room = MOST_AT_ONCE - this.#sending.size;
    if (room <= 0) return;
    const now = this.parts.clock.now();
    const until = new Date(now.getTime() + CLAIM_MS);
    const claimed = await this.parts.database.transaction(async (session) =>
      claimDeliveries(session, now, until, room),
    );
    for (const delivery of claimed) this.#send(delivery);
  }

  #send(delivery: ClaimedDelivery): void {
    const sending = this.#attempt(delivery)
      .then(async (result) => this.#record(delivery, result))
      .catch((error: unknown) =>
        this.parts.warn({ err: error, deliveryId: delivery.id }, 'the result of a webhook was not recorded'),
      )
      .finally(() => {
        this.#sending.delete(sending);
        // The next one of the same resource may go now.
        void this.look().catch(() => undefined);
      });
    this.#sending.add(sending);
  }

  async #attempt(
    delivery: ClaimedDelivery,
  ): Promise<AttemptResult & { readonly askedMs: number | undefined }> {
    const { outbound, sealer, clock } = this.parts;
    const at = clock.now();
    const begun = performance.now();
    const latency = () => Math.round(performance.now() - begun);
    try {
      const sealed = [
        delivery.secret,
        ...(delivery.previousSecret === null ? [] : [delivery.previousSecret]),
      ];
      const secrets = sealed.map((secret) => sealer.open(secret, `webhook:${delivery.webhookId}`));
      const { body, headers } = composeMessage(delivery.event, secrets, at);
      const request = { method: 'POST', url: delivery.url, headers, body } as const;
      const answer = await outbound.request({ ...request, maxBytes: ANSWER_BYTES, timeoutMs: ANSWER_MS });
      const isTaken = answer.status >= 200 && answer.status < 300;
      return {
        at,
        status: answer.status,
        latencyMs: latency(),
        error: isTaken ? null : `The target answered ${answer.status}.`,
        askedMs: retryAfterMs(answer.headers['retry-after'], at),
      };
    } catch (thrown) {
      const { message } = asDomainError(thrown);
      return { at, status: null, latencyMs: latency(), error: message, askedMs: undefined };
    }
  }

  async #record(
    delivery: ClaimedDelivery,
    result: AttemptResult & { readonly askedMs: number | undefined },
  ): Promise<void> {
    const { database, clock, chance } = this.parts;
    if (result.error === null) {
      await database.session(async (session) => storeDelivered(session, delivery, result));
      return;
    }
    const now = clock.now().getTime();
    const next = new Date(now + messagePause(delivery.attempts + 1, chance(), result.askedMs));
    const pauseUntil = new Date(now + targetPause(delivery.failures + 1, result.askedMs));
    await database.transaction(async (session) => {
      await storeFailed(session, delivery, result, { next, pauseUntil });
      if (result.status !== GONE) return;
      const owner = await disableWebhook(session, delivery.webhookId, result.at);
      if (owner === undefined || owner === null) return;
      const told = { organizationId: owner, vsysId: null, resource: delivery.webhookId, at: result.at };
      const data = { reason: 'The target answered 410: gone.' };
      await insertEvent(session, { ...told, id: this.parts.newId(), type: 'webhook.disabled', data });
    });
  }
}
