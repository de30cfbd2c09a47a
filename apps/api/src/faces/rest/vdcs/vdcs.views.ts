import { Instant, ListOf, Text, Uuid } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

export class VdcView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Uuid({ description: 'Zone that its systems run in.' })
  zoneId!: string;

  @Text({ description: 'Name, unique in the organization.', example: 'main' })
  name!: string;

  @Instant({ description: 'When it was made.' })
  createdAt!: Date;
}

export class VdcPage extends PageView {
  @ListOf({ description: 'In the order of their making.' }, () => VdcView)
  items!: readonly VdcView[];
}

export class CreateVdcRequest {
  @Text({ description: 'Name, unique in the organization.', example: 'main', minLength: 1, maxLength: 60 })
  name!: string;

  @Uuid({ description: 'Zone; the only one when there is only one.', optional: true })
  zoneId?: string;

  @Uuid({ description: 'Only for callers of the provider: the organization it is for.', optional: true })
  organizationId?: string;
}

export class RenameVdcRequest {
  @Text({
    description: 'New name, unique in the organization.',
    example: 'production',
    minLength: 1,
    maxLength: 60,
  })
  name!: string;
}
