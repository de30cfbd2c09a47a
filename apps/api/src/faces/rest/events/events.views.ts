import { Instant, ListOf, Mapping, Text, Uuid } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';

export class EventView {
  @Uuid({ description: 'Id; sorts by time.' })
  id!: string;

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Text({ description: 'VSYS it is about.', example: 'DEMO0001-7K2M9QXPA', nullable: true })
  vsysId!: string | null;

  @Text({ description: 'What it is about.', example: 'DEMO0001-7K2M9QXPA-S-0003', nullable: true })
  resource!: string | null;

  @Text({ description: 'What happened.', example: 'vserver.state' })
  type!: string;

  @Mapping({ description: 'Facts.', example: { state: 'running' } })
  data!: Readonly<Record<string, unknown>>;

  @Instant({ description: 'When.' })
  at!: Date;
}

export class EventPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => EventView)
  items!: readonly EventView[];
}

export class ListEventsQuery extends PageQuery {
  @Text({ description: 'Only those about this VSYS.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  vsys?: string;
}
