/** What is set on a system beside its spec, as the REST API shows and takes it. */
import {
  EXPIRY_ACTIONS,
  MAX_CRON_LENGTH,
  SCHEDULE_VERBS,
  type ExpiryAction,
  type ScheduleVerb,
} from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Mapping, Nested, Text, Uuid, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

/** 20 KiB of plain text. */
const MAX_NOTES = 20_000;

export class LeaseView {
  @Instant({ description: 'When the system is not needed any more.', example: '2026-12-24T18:00:00.000Z' })
  expiresAt!: Date;

  @Choice({
    description:
      'What happens then. `delete` follows the recycle bin of the VDC; a protected system is stopped instead.',
    example: 'stop',
    of: EXPIRY_ACTIONS,
    name: 'ExpiryAction',
  })
  action!: ExpiryAction;
}

export class LeaseRequest {
  @Instant({ description: 'When the system is not needed any more.', example: '2026-12-24T18:00:00.000Z' })
  expiresAt!: string;

  @Choice({
    description:
      'What happens then. `delete` follows the recycle bin of the VDC; a protected system is stopped instead.',
    example: 'stop',
    of: EXPIRY_ACTIONS,
    name: 'ExpiryAction',
  })
  action!: ExpiryAction;
}

export class VsysSettingsView {
  @Text({ description: 'The VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Whole({ description: 'Counts the changes of the settings; also their ETag.', example: 3 })
  version!: number;

  @Flag({ description: 'Protected against deletion.', example: false })
  protected!: boolean;

  @Text({ description: 'Notes for people.', example: 'Ask Jo before a change.', maxLength: MAX_NOTES })
  notes!: string;

  @Text({ description: 'Id that the tenant gave it.', example: 'crm-4711', nullable: true })
  externalId!: string | null;

  @Mapping({ description: 'Tags.', example: { env: 'prod' } })
  tags!: Readonly<Record<string, string>>;

  @Nested({ description: 'Until when it is needed; null: always.', nullable: true }, () => LeaseView)
  lease!: LeaseView | null;
}

export class ChangeSettingsRequest {
  @Flag({ description: 'Protect it against deletion, or not.', example: true, optional: true })
  protected?: boolean;

  @Text({
    description: 'Notes for people.',
    example: 'Ask Jo before a change.',
    maxLength: MAX_NOTES,
    optional: true,
  })
  notes?: string;

  @Text({
    description:
      'Id of the tenant’s own, unique among the living systems of the organization; null takes it away.',
    example: 'crm-4711',
    minLength: 1,
    optional: true,
    nullable: true,
  })
  externalId?: string | null;

  @Mapping({
    description: 'All tags; those that are not named go.',
    example: { env: 'prod' },
    optional: true,
  })
  tags?: Record<string, unknown>;

  @Nested(
    {
      description: 'Until when it is needed; null: always. A new end begins its warnings anew.',
      optional: true,
      nullable: true,
    },
    () => LeaseRequest,
  )
  lease?: LeaseRequest | null;
}

export class ScheduleRunView {
  @Instant({ description: 'When it was due.' })
  dueAt!: Date;

  @Instant({ description: 'When it was looked at.' })
  ranAt!: Date;

  @Choice({
    description: '`asked`: there is an operation. `skipped`: nothing was to be done or it was not possible.',
    example: 'asked',
    of: ['asked', 'skipped'],
    name: 'ScheduleOutcome',
  })
  outcome!: 'asked' | 'skipped';

  @Uuid({ description: 'The operation.', nullable: true })
  operationId!: string | null;

  @Text({ description: 'Why it was skipped.', example: null, nullable: true, maxLength: 4_000 })
  reason!: string | null;
}

export class ScheduleRequest {
  @Choice({ description: 'What is done.', example: 'stop', of: SCHEDULE_VERBS, name: 'ScheduleVerb' })
  verb!: ScheduleVerb;

  @Text({
    description:
      'Minute, hour, day of month, month, day of week. A time that a change to summer time leaves out is due right after the gap; one that comes twice in autumn is due once.',
    example: '0 18 * * MON-FRI',
    maxLength: MAX_CRON_LENGTH,
  })
  cron!: string;

  @Text({ description: 'IANA time zone.', example: 'Europe/Berlin', maxLength: 64 })
  timeZone!: string;
}

export class ScheduleView extends ScheduleRequest {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Text({ description: 'The VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Instant({ description: 'When it is due next; null: never again.', nullable: true })
  nextAt!: Date | null;

  @Text({ description: 'Who made it.', example: 'token:019399d2' })
  createdBy!: string;

  @Instant({ description: 'When it was made.' })
  createdAt!: Date;

  @Nested(
    { description: 'What became of the last due time; null: none yet.', nullable: true },
    () => ScheduleRunView,
  )
  lastRun!: ScheduleRunView | null;
}

export class SchedulePage extends PageView {
  @ListOf({ description: 'Oldest first.', maxItems: 20 }, () => ScheduleView)
  items!: readonly ScheduleView[];
}

/** 90 days. */
const MAX_BIN_HOURS = 2_160;

export class RecycleBinRequest {
  @Whole({
    description: 'Hours that deleted systems can be restored; 0: they are deleted at once.',
    example: 72,
    maximum: MAX_BIN_HOURS,
  })
  retentionHours!: number;
}

export class RecycleBinView extends RecycleBinRequest {
  @Uuid({ description: 'The VDC.' })
  vdcId!: string;
}
