/** Operations: what a caller asked for and how far it is. */
import { ApiExtraModels, ApiSchema } from '@nestjs/swagger';
import {
  ERROR_CODES,
  OPERATION_STATES,
  PART_STATES,
  type ErrorCode,
  type OperationState,
  type PartState,
  type Retry,
} from '@openvsys/vsys';
import { PageView } from '../../../http/paging.js';
import { ViolationView } from '../../../http/problem.view.js';
import { Choice, Flag, Instant, ListOf, Mapping, Nested, Text, Uuid, Whole } from '../../../http/fields.js';

export const OPERATION_KINDS = [
  'vsys.create',
  'vsys.change',
  'vsys.delete',
  'vserver.start',
  'vserver.stop',
  'vserver.restart',
] as const;

/** What went wrong in an operation or action, as it was recorded. */
export class ErrorReportView {
  @Choice({
    description: 'The kind of error.',
    example: 'pool-unreachable',
    of: ERROR_CODES,
    name: 'ErrorCode',
  })
  code!: ErrorCode;

  @Text({ description: 'What happened and where.', example: 'The pool does not answer.', maxLength: 4_000 })
  message!: string;

  @Choice({
    description: 'What a repeat can bring.',
    example: 'same',
    of: ['same', 'elsewhere', 'after-change', 'never'],
    name: 'Retry',
  })
  retry!: Retry;

  @Text({ description: 'The wrong place.', example: '/vservers/web', optional: true, maxLength: 1_000 })
  pointer?: string;

  @Text({
    description: 'What can be done.',
    example: 'Resume the operation when the pool is back.',
    optional: true,
    maxLength: 2_000,
  })
  remedy?: string;

  @ListOf({ description: 'All wrong places.', optional: true }, () => ViolationView)
  violations?: readonly ViolationView[];

  @Mapping({ description: 'Facts for programs.', example: {}, optional: true })
  details?: Readonly<Record<string, unknown>>;
}

export class OperationView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Choice({
    description: 'What was asked for.',
    example: 'vsys.create',
    of: OPERATION_KINDS,
    name: 'OperationKind',
  })
  kind!: string;

  @Choice({
    description: 'How it stands. `succeeded`, `failed` and `cancelled` are final.',
    example: 'running',
    of: OPERATION_STATES,
    name: 'OperationState',
  })
  state!: OperationState;

  @Text({ description: 'The VSYS it is about.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Whole({ description: 'It is done when this generation is reached.', example: 1 })
  generation!: number;

  @Choice({
    description:
      'What to do when it fails: `rollback` goes back to the last good state, `keep` leaves what is there so that it can be resumed.',
    example: 'rollback',
    of: ['rollback', 'keep'],
    name: 'OnFailure',
  })
  onFailure!: 'rollback' | 'keep';

  @Flag({ description: 'Somebody asked to cancel it.', example: false })
  cancelRequested!: boolean;

  @Whole({ description: 'Steps done.', example: 7 })
  stepsDone!: number;

  @Whole({ description: 'Steps known so far; 0 until the work begins.', example: 24 })
  stepsTotal!: number;

  @Nested({ description: 'Why it failed.', nullable: true }, () => ErrorReportView)
  error!: ErrorReportView | null;

  @Text({
    description: 'Who asked for it.',
    example: 'token:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
    nullable: true,
  })
  requestedBy!: string | null;

  @Text({
    description: 'Id of the request that asked for it.',
    example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
    nullable: true,
  })
  requestId!: string | null;

  @Instant({ description: 'When it was asked for.' })
  createdAt!: Date;

  @Instant({ description: 'When the work began.', nullable: true })
  startedAt!: Date | null;

  @Instant({ description: 'When it ended.', nullable: true })
  finishedAt!: Date | null;
}

/** One thing done to the pool. */
export class StepView {
  @Uuid({ description: 'Id of the action.' })
  id!: string;

  @Text({ description: 'Kind of action.', example: 'vserver.clone' })
  kind!: string;

  @Text({ description: 'The part it is about.', example: 'DEMO0001-7K2M9QXPA-S-0003' })
  part!: string;

  @Whole({ description: 'Counts the tries of this action.', example: 1 })
  attempt!: number;

  @Choice({
    description: 'What became of it.',
    example: 'done',
    of: ['running', 'done', 'failed', 'withdrawn'],
    name: 'StepOutcome',
  })
  outcome!: 'running' | 'done' | 'failed' | 'withdrawn';

  @Nested({ description: 'Why it failed.', nullable: true }, () => ErrorReportView)
  error!: ErrorReportView | null;

  @Instant({ description: 'When it was written down, before it was done.' })
  createdAt!: Date;

  @Instant({ description: 'When it was begun.', nullable: true })
  startedAt!: Date | null;

  @Instant({ description: 'When it ended.', nullable: true })
  finishedAt!: Date | null;
}

export class OperationDetailView extends OperationView {
  @ListOf({ description: 'What was done so far, oldest first.', maxItems: 5_000 }, () => StepView)
  steps!: readonly StepView[];
}

export class OperationPage extends PageView {
  @ListOf({ description: 'Operations, newest first.' }, () => OperationView)
  items!: readonly OperationView[];
}

export class PartRefView {
  @Text({ description: 'Final id of the part.', example: 'DEMO0001-7K2M9QXPA-S-0003' })
  id!: string;

  @Choice({
    description: 'What it is.',
    example: 'vserver',
    of: ['vserver', 'vdisk', 'vnet', 'nic', 'public-ip', 'snapshot', 'backup'],
    name: 'PartKind',
  })
  kind!: 'vserver' | 'vdisk' | 'vnet' | 'nic' | 'public-ip' | 'snapshot' | 'backup';

  @Text({ description: 'Name in the descriptor; for network cards the server’s.', example: 'web-1' })
  name!: string;
}

/** The answer to every accepted change. */
export class AcceptedView {
  @Nested({ description: 'The operation that was begun.' }, () => OperationView)
  operation!: OperationView;

  @Text({ description: 'The VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Whole({ description: 'The generation that the change made.', example: 1 })
  generation!: number;

  @ListOf(
    {
      description: 'All parts with their final ids, those that still have to be made among them.',
      maxItems: 5_000,
    },
    () => PartRefView,
  )
  parts!: readonly PartRefView[];

  @ListOf(
    { description: 'Those of `parts` that this change added to a system that was there.', maxItems: 5_000 },
    () => PartRefView,
  )
  added!: readonly PartRefView[];
}

/** State of one part in the live stream. */
export class PartStateView {
  @Text({ description: 'Id of the part.', example: 'DEMO0001-7K2M9QXPA-S-0003' })
  id!: string;

  @Choice({
    description: 'What it is.',
    example: 'vserver',
    of: ['vserver', 'vdisk', 'vnet', 'nic', 'public-ip', 'snapshot', 'backup'],
    name: 'PartKind',
  })
  kind!: 'vserver' | 'vdisk' | 'vnet' | 'nic' | 'public-ip' | 'snapshot' | 'backup';

  @Text({ description: 'Name; for network cards the server’s.', example: 'web-1' })
  name!: string;

  @Choice({ description: 'How it is now.', example: 'running', of: PART_STATES, name: 'PartState' })
  state!: PartState;

  @Text({ description: 'Why it is so.', example: null, nullable: true, maxLength: 2_000 })
  reason!: string | null;
}

export class HeartbeatView {
  @Instant({ description: 'The server’s time.' })
  at!: Date;
}

/** Data of an event in the live stream; the event’s name tells which. */
@ApiExtraModels(OperationView, PartStateView, StepView, HeartbeatView)
@ApiSchema({ name: 'OperationFrame' })
export class OperationFrameView {}
