/** What a webhook was told, telling it again, and trying it out. Workers do the sending. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getDelivery,
  getWebhook,
  insertDelivery,
  insertEvent,
  listDeliveries,
  replayDelivery,
  replayRange,
  type DeliveryRecord,
  type DeliveryState,
  type Page,
  type PageRequest,
  type ReplayRange,
} from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

export interface DeliveryFilter {
  readonly state: DeliveryState | undefined;
  readonly resource: string | undefined;
}

@Injectable()
export class FollowDeliveries {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found`. */
  async list(
    call: Call,
    webhook: string,
    filter: DeliveryFilter,
    page: PageRequest,
  ): Promise<Page<DeliveryRecord>> {
    return this.database.session(async (session) => {
      await getWebhook(session, call.scope, webhook);
      return listDeliveries(session, webhook, filter, page);
    });
  }

  /** Throws `not-found`. */
  async get(call: Call, webhook: string, id: string): Promise<DeliveryRecord> {
    return this.database.session(async (session) => {
      await getWebhook(session, call.scope, webhook);
      return getDelivery(session, webhook, id);
    });
  }

  /**
   * An event `webhook.test` for this webhook alone. Throws `not-found`, `conflict` when it is disabled or the provider's:
   * an event belongs to an organization.
   */
  async test(call: Call, id: string): Promise<DeliveryRecord> {
    return this.transactor.change(call, async (session, at) => {
      const { organizationId, name, state } = await getWebhook(session, call.scope, id);
      if (state === 'disabled')
        throw new DomainError('conflict', 'The webhook is disabled.', { remedy: 'Enable it first.' });
      if (organizationId === null) {
        throw new DomainError(
          'conflict',
          'A webhook of the provider cannot be tried out: tests are events of an organization.',
          {
            remedy: 'Publish a notice: its event reaches the webhook.',
          },
        );
      }
      const told = { organizationId, vsysId: null, resource: id, at: new Date() };
      const eventId = this.ids.uuid();
      await insertEvent(session, { ...told, id: eventId, type: 'webhook.test', data: { name } });
      const delivery = await insertDelivery(session, id, eventId, new Date());
      const audit = { organizationId, verb: 'webhook.test', resource: id };
      return { answer: await getDelivery(session, id, delivery), audit: { ...audit, detail: { at } } };
    });
  }

  /** The same event with the same id, as a new delivery. Throws `not-found`, also when the event is no longer kept. */
  async replay(call: Call, webhook: string, id: string): Promise<DeliveryRecord> {
    return this.transactor.change(call, async (session) => {
      const { organizationId } = await getWebhook(session, call.scope, webhook);
      const before = await getDelivery(session, webhook, id);
      const again = await replayDelivery(session, webhook, before.id, new Date());
      if (again === undefined)
        throw new DomainError('not-found', 'The event of this delivery is no longer kept.');
      const audit = { organizationId, verb: 'webhook.replay', resource: webhook, detail: { delivery: id } };
      return { answer: await getDelivery(session, webhook, again), audit };
    });
  }

  /** All deliveries that were made in a time. Throws `not-found`, `invalid-request`, `too-large`. */
  async replayRange(call: Call, webhook: string, range: ReplayRange): Promise<{ readonly replayed: number }> {
    if (range.from >= range.to) {
      throw new DomainError('invalid-request', 'The time ends before it begins.', {
        pointer: '/to',
        remedy: 'Send `to` behind `from`.',
      });
    }
    return this.transactor.change(call, async (session) => {
      const { organizationId } = await getWebhook(session, call.scope, webhook);
      const replayed = await replayRange(session, webhook, range, new Date());
      const detail = { from: range.from, to: range.to, state: range.state, replayed };
      return {
        answer: { replayed },
        audit: { organizationId, verb: 'webhook.replay', resource: webhook, detail },
      };
    });
  }
}
