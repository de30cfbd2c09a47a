import { PART_STATES, type PartState } from '@openvsys/vsys';
import { Choice, Flag, Text } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { PageQuery } from '../../../http/paging.js';

export class ListPartsQuery extends PageQuery {
  @Text({ description: 'Only parts of this VSYS.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  vsys?: string;

  @Text({ description: 'Only those with exactly this name.', example: 'db', maxLength: 64, optional: true })
  name?: string;

  @Choice({
    description: 'Only those in this state.',
    example: 'running',
    of: PART_STATES,
    name: 'PartState',
    optional: true,
  })
  state?: PartState;
}

@MayBeEmpty()
export class StopVServerRequest {
  @Flag({
    description: 'Cuts its power without asking its guest; what the guest has not written yet is lost.',
    example: false,
    optional: true,
  })
  force?: boolean;
}
