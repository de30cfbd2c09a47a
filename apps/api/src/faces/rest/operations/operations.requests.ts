import { OPERATION_STATES, type OperationState } from '@openvsys/vsys';
import { Choice, Text, Whole } from '../../../http/fields.js';
import { PageQuery } from '../../../http/paging.js';

/** 30 days: nothing goes on for longer. */
const MAX_STUCK_SECONDS = 2_592_000;

export class ListOperationsQuery extends PageQuery {
  @Text({ description: 'Only operations of this VSYS.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  vsys?: string;

  @Choice({
    description: 'Only operations in this state.',
    example: 'running',
    of: OPERATION_STATES,
    name: 'OperationState',
    optional: true,
  })
  state?: OperationState;

  @Whole({
    description: `Only operations that go on and have not got on for so many seconds: no step began or ended. At most ${MAX_STUCK_SECONDS}.`,
    example: 900,
    minimum: 1,
    maximum: MAX_STUCK_SECONDS,
    optional: true,
  })
  stuckForSeconds?: number;
}

/** Longer waits would be cut by proxies on the way. */
export const MAX_WAIT_SECONDS = 120;

export class WaitQuery {
  @Whole({
    description: `Seconds to wait for the end, at most ${MAX_WAIT_SECONDS}; 30 when not given.`,
    example: 30,
    minimum: 0,
    maximum: MAX_WAIT_SECONDS,
    optional: true,
  })
  timeout?: number;
}
