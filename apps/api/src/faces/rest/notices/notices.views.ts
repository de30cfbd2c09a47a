import { NOTICE_SEVERITIES, type NoticeSeverity } from '@openvsys/persistence';
import { Choice, Instant, ListOf, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';

/** A page of text. */
const LONGEST_TEXT = 10_000;

export class NoticeRequest {
  @Text({ description: 'In one line.', example: 'Maintenance of zone-1 on Sunday', minLength: 1 })
  title!: string;

  @Text({
    description: 'All of it, as plain text.',
    example: 'On 29 November from 02:00 to 04:00 UTC servers may pause for a few seconds.',
    minLength: 1,
    maxLength: LONGEST_TEXT,
  })
  text!: string;

  @Choice({
    description: 'How much it matters.',
    example: 'warning',
    of: NOTICE_SEVERITIES,
    name: 'NoticeSeverity',
  })
  severity!: NoticeSeverity;

  @Texts({
    description: 'Ids of the organizations that it is for; absent: all.',
    example: ['019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11'],
    optional: true,
    minItems: 1,
  })
  organizationIds?: readonly string[];

  @Instant({ description: 'Shown from then on; absent: from now on.', optional: true })
  validFrom?: string;

  @Instant({
    description: 'Shown until then; absent: without end.',
    example: '2026-11-30T00:00:00.000Z',
    optional: true,
  })
  validUntil?: string;
}

export class NoticeView {
  @Uuid({ description: 'Id; sorts by time.' })
  id!: string;

  @Text({ description: 'In one line.', example: 'Maintenance of zone-1 on Sunday' })
  title!: string;

  @Text({
    description: 'All of it, as plain text.',
    example: 'Servers may pause for a few seconds.',
    maxLength: LONGEST_TEXT,
  })
  text!: string;

  @Choice({
    description: 'How much it matters.',
    example: 'warning',
    of: NOTICE_SEVERITIES,
    name: 'NoticeSeverity',
  })
  severity!: NoticeSeverity;

  @Texts({
    description: 'Who it is for; null: everybody. Shown to the provider only.',
    example: null,
    nullable: true,
  })
  organizationIds!: readonly string[] | null;

  @Instant({ description: 'Shown from then on.' })
  validFrom!: Date;

  @Instant({ description: 'Shown until then; null: without end.', nullable: true })
  validUntil!: Date | null;

  @Whole({ description: 'Grows with each change; the ETag.', example: 1, minimum: 1 })
  version!: number;

  @Instant({ description: 'When it was published.' })
  createdAt!: Date;

  @Instant({ description: 'When it was changed last.' })
  changedAt!: Date;
}

export class NoticePage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => NoticeView)
  items!: readonly NoticeView[];
}

export class ListNoticesQuery extends PageQuery {
  @Choice({
    description: 'Only these.',
    example: 'critical',
    of: NOTICE_SEVERITIES,
    name: 'NoticeSeverity',
    optional: true,
  })
  severity?: NoticeSeverity;
}
