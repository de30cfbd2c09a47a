import { Text } from '../../../http/fields.js';
import { PageQuery } from '../../../http/paging.js';

export class ListPartsQuery extends PageQuery {
  @Text({ description: 'Only parts of this VSYS.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  vsys?: string;
}
