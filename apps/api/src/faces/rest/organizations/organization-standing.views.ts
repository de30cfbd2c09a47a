import { Choice, Instant, Text, Uuid, Whole } from '../../../http/fields.js';

const RUNNING = ['keep', 'stop'] as const;
/** Ten years. */
const MOST_DAYS = 3_650;
const DEFAULT_DAYS = 30;

export class StandingView {
  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Choice({
    description: 'Suspended and closed organizations make and start nothing new.',
    example: 'active',
    of: ['active', 'suspended', 'closed'],
    name: 'OrganizationState',
  })
  state!: 'active' | 'suspended' | 'closed';

  @Text({ description: 'Why, in the words of who decided.', example: 'Bill of March', maxLength: 1_000 })
  reason!: string;

  @Instant({ description: 'Since when; null: since it was made.', nullable: true })
  changedAt!: Date | null;

  @Choice({
    description: 'What becomes of running servers while it is not active.',
    example: 'stop',
    of: RUNNING,
    name: 'RunningServers',
  })
  running!: 'keep' | 'stop';

  @Instant({ description: 'All its systems are deleted then; null: they are not.', nullable: true })
  deleteAfter!: Date | null;

  @Whole({ description: 'Systems that are left.', example: 3 })
  systems!: number;

  @Whole({ description: 'Servers of them that are wanted running; EFMs are not counted.', example: 0 })
  runningServers!: number;
}

export class ActivateRequest {
  @Text({ description: 'Why; kept in the audit.', example: 'Paid', minLength: 1, maxLength: 1_000 })
  reason!: string;
}

export class SuspendRequest extends ActivateRequest {
  @Choice({
    description: 'What becomes of running servers; `keep` when not given.',
    example: 'stop',
    of: RUNNING,
    name: 'RunningServers',
    optional: true,
  })
  running?: 'keep' | 'stop';
}

export class CloseRequest extends ActivateRequest {
  @Whole({
    description: `Days until all is deleted; ${DEFAULT_DAYS} when not given.`,
    example: DEFAULT_DAYS,
    maximum: MOST_DAYS,
    optional: true,
  })
  retentionDays?: number;
}

export const retentionOf = ({ retentionDays }: CloseRequest): number => retentionDays ?? DEFAULT_DAYS;
