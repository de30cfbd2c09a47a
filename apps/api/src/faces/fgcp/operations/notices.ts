/** What the provider tells, and what happened. */
import { Injectable } from '@nestjs/common';
import type { EventRecord, NoticeRecord } from '@openvsys/persistence';
import { ListEvents } from '../../../use-cases/events/list-events.js';
import { ManageNotices } from '../../../use-cases/notices/manage-notices.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { isTimeZone, noticeTime } from '../words/dates.js';

/** Newest ones of an answer, and of one that asks for all. */
const SOME = 50;
const ALL = 1_000;

@Injectable()
export class Notices extends FgcpNoun {
  constructor(
    private readonly notices: ManageNotices,
    private readonly events: ListEvents,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    GetInformation: { permission: 'event:read', run: async (given) => this.information(given) },
    GetEventLog: { permission: 'event:read', run: async (given) => this.log(given) },
  };

  private async information(given: FgcpCall): Promise<FgcpFields> {
    const zone = timeZoneIn(given);
    const { items } = await this.notices.list(given.call, undefined, { limit: limitIn(given) });
    return {
      informations: { information: items.map((notice, index) => informationView(notice, index + 1, zone)) },
    };
  }

  private async log(given: FgcpCall): Promise<FgcpFields> {
    const zone = timeZoneIn(given);
    const { items } = await this.events.execute(given.call, {}, { limit: limitIn(given) });
    return { eventlogs: { eventlog: items.map((event) => eventView(event, zone)) } };
  }
}

const limitIn = ({ request }: FgcpCall): number => (request.flag('all') ? ALL : SOME);

/** Throws VALIDATION_ERROR for a zone that nobody knows. */
export function timeZoneIn({ request }: FgcpCall): string {
  const zone = request.find('timeZone') ?? 'UTC';
  if (!isTimeZone(zone)) throw wrongValue('timeZone');
  return zone;
}

const informationView = (
  { title, text, validFrom, validUntil, createdAt }: NoticeRecord,
  seqno: number,
  zone: string,
): FgcpFields => ({
  entryDate: noticeTime(createdAt, zone),
  expiry: validUntil === null ? '' : noticeTime(validUntil, zone),
  message: text,
  seqno,
  startDate: noticeTime(validFrom, zone),
  title,
});

const eventView = ({ type, resource, data, at }: EventRecord, zone: string): FgcpFields => ({
  entryDate: noticeTime(at, zone),
  expiry: '',
  message: `${resource} ${JSON.stringify(data)}`,
  startDate: noticeTime(at, zone),
  title: type,
});
