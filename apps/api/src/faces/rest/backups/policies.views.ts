/** Back-up policies as the REST API takes and shows them. */
import { MAX_CRON_LENGTH, type KeepRules } from '@openvsys/vsys';
import { Instant, ListOf, Nested, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';
import { ScheduleRunView } from '../settings/settings.views.js';

/** Of each rule: more than a year of days. */
const MOST_KEPT = 400;
const MOST_SOURCES = 200;

export class KeepRulesView implements KeepRules {
  @Whole({ description: 'The last so many.', example: 3, maximum: MOST_KEPT, optional: true })
  last?: number;

  @Whole({
    description: 'The latest one of each of the last so many days that have one.',
    example: 7,
    maximum: MOST_KEPT,
    optional: true,
  })
  daily?: number;

  @Whole({ description: 'The same for weeks.', example: 4, maximum: MOST_KEPT, optional: true })
  weekly?: number;

  @Whole({ description: 'The same for months.', example: 12, maximum: MOST_KEPT, optional: true })
  monthly?: number;
}

export class BackupPolicyRequest {
  @Text({ description: 'Name; its back-ups begin with it.', example: 'nightly', minLength: 1, maxLength: 60 })
  name!: string;

  @Texts({
    description: 'Names of VDisks, and of VServers for their system disks; all when not given.',
    example: ['db-data'],
    maxItems: MOST_SOURCES,
    optional: true,
  })
  sources?: readonly string[];

  @Text({
    description: 'Minute, hour, day of month, month, day of week.',
    example: '30 2 * * *',
    maxLength: MAX_CRON_LENGTH,
  })
  cron!: string;

  @Text({ description: 'IANA time zone.', example: 'Europe/Berlin', maxLength: 64 })
  timeZone!: string;

  @Nested(
    { description: 'Which of its back-ups of a disk stay: those that one of these rules wants.' },
    () => KeepRulesView,
  )
  keep!: KeepRulesView;
}

export class BackupPolicyView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Text({ description: 'The VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({ description: 'Name.', example: 'nightly' })
  name!: string;

  @Texts({ description: 'Names of VDisks and VServers; none: all.', example: ['db-data'] })
  sources!: readonly string[];

  @Text({ description: 'When they are taken.', example: '30 2 * * *' })
  cron!: string;

  @Text({ description: 'IANA time zone.', example: 'Europe/Berlin' })
  timeZone!: string;

  @Nested({ description: 'Which of its back-ups of a disk stay.' }, () => KeepRulesView)
  keep!: KeepRulesView;

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

export class BackupPolicyPage extends PageView {
  @ListOf({ description: 'Oldest first.', maxItems: 20 }, () => BackupPolicyView)
  items!: readonly BackupPolicyView[];
}
