/** What was asked to be done with pools, and how far it is. Only for the provider. */
import {
  POOL_OPERATION_KINDS,
  POOL_OPERATION_STATES,
  type PoolOperationKind,
  type PoolOperationState,
} from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Mapping, Nested, Text, Uuid } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';
import { ErrorReportView } from '../operations/operations.views.js';

export class PoolOperationView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'The pool; while it is being registered it does not exist yet.' })
  poolId!: string;

  @Choice({
    description: 'What was asked for.',
    example: 'host.maintain',
    of: POOL_OPERATION_KINDS,
    name: 'PoolOperationKind',
  })
  kind!: PoolOperationKind;

  @Choice({
    description: 'How it stands. `succeeded`, `failed` and `cancelled` are final.',
    example: 'running',
    of: POOL_OPERATION_STATES,
    name: 'PoolOperationState',
  })
  state!: PoolOperationState;

  @Text({ description: 'The host or object that it is about.', example: null, nullable: true })
  subject!: string | null;

  @Mapping({
    description:
      'How far it is; for a host in maintenance: servers moved, moving, waiting, and what cannot move.',
    example: { moved: 3, moving: 2, waiting: 7, obstacles: [] },
    nullable: true,
  })
  progress!: Record<string, unknown> | null;

  @Mapping({ description: 'What came out.', example: null, nullable: true })
  result!: Record<string, unknown> | null;

  @Nested({ description: 'Why it failed.', nullable: true }, () => ErrorReportView)
  error!: ErrorReportView | null;

  @Flag({ description: 'Somebody asked to cancel it.', example: false })
  cancelRequested!: boolean;

  @Text({ description: 'Who asked for it.', example: 'token 019399d2', nullable: true })
  requestedBy!: string | null;

  @Text({ description: 'Request id.', example: null, nullable: true })
  requestId!: string | null;

  @Instant({ description: 'When it was asked for.' })
  createdAt!: Date;

  @Instant({ description: 'When the work began.', nullable: true })
  startedAt!: Date | null;

  @Instant({ description: 'When it ended.', nullable: true })
  finishedAt!: Date | null;
}

export class PoolOperationPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => PoolOperationView)
  items!: readonly PoolOperationView[];
}

export class ListPoolOperationsQuery extends PageQuery {
  @Uuid({ description: 'Only operations of this pool.', optional: true })
  pool?: string;

  @Choice({
    description: 'Only operations in this state.',
    example: 'running',
    of: POOL_OPERATION_STATES,
    name: 'PoolOperationState',
    optional: true,
  })
  state?: PoolOperationState;
}
