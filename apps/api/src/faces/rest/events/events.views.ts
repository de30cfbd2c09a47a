import { IntersectionType } from '@nestjs/swagger';
import type { EventFilter } from '@openvsys/persistence';
import { vdcId, vsysId } from '@openvsys/vsys';
import { Instant, ListOf, Mapping, Text, Uuid } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';
import { requireKinds } from './event-kinds.js';

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

/** Exact filters; what is absent does not restrict. */
export class FollowEventsQuery {
  @Text({ description: 'Only those about this VSYS.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  vsys?: string;

  @Uuid({
    description: 'Only those about systems in this VDC.',
    example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c33',
    optional: true,
  })
  vdc?: string;

  @Text({ description: 'Only those about this.', example: 'DEMO0001-7K2M9QXPA-S-0003', optional: true })
  resource?: string;

  @Text({
    description: 'Only these kinds, separated by commas; with `.*` at the end all that begin so.',
    example: 'vserver.*,operation.succeeded',
    maxLength: 1_000,
    optional: true,
  })
  type?: string;
}

export class ListEventsQuery extends IntersectionType(PageQuery, FollowEventsQuery) {}

/** Throws `invalid-request` for what is no kind of events. */
export function filterOf({ vsys, vdc, resource, type }: FollowEventsQuery): EventFilter {
  const types = (type ?? '').split(',').filter((kind) => kind !== '');
  requireKinds(types, '/query/type');
  return {
    vsysId: vsys === undefined ? undefined : vsysId(vsys),
    vdcId: vdc === undefined ? undefined : vdcId(vdc),
    resource,
    types,
  };
}
