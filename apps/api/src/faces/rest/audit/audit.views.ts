import { Choice, Flag, Instant, ListOf, Mapping, Nested, Text, Uuid, Whole } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';

const HASH = '^[0-9a-f]{64}$';
const HASH_EXAMPLE = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class AuditEntryView {
  @Uuid({ description: 'Id; sorts by time.' })
  id!: string;

  @Uuid({ description: 'Organization it concerns; null: the provider alone.', nullable: true })
  organizationId!: string | null;

  @Instant({ description: 'When.' })
  at!: Date;

  @Text({ description: 'Who.', example: 'token:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' })
  actor!: string;

  @Text({ description: 'Did what.', example: 'vsys.create' })
  verb!: string;

  @Text({ description: 'To what: an id or a name.', example: 'DEMO0001-7K2M9QXPA' })
  resource!: string;

  @Text({
    description: 'Why, in the words of who did it.',
    example: 'ticket 4711',
    maxLength: 500,
    nullable: true,
  })
  reason!: string | null;

  @Text({ description: 'Request that did it.', example: 'a-request', nullable: true })
  requestId!: string | null;

  @Mapping({ description: 'Facts.', example: { name: 'shop' } })
  detail!: Readonly<Record<string, unknown>>;

  @Whole({ description: 'Position in the chain of the organization, from 1 on, without gaps.', example: 17 })
  position!: number;

  @Text({ description: 'SHA-256 over the entry and the hash before it.', example: HASH_EXAMPLE })
  hash!: string;
}

export class AuditPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => AuditEntryView)
  items!: readonly AuditEntryView[];
}

export class ListAuditQuery extends PageQuery {
  @Uuid({ description: 'Only what concerns this organization.', optional: true })
  organization?: string;

  @Text({
    description: 'Only by this one.',
    example: 'token:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
    optional: true,
  })
  actor?: string;

  @Text({ description: 'Only this verb.', example: 'vsys.delete', optional: true })
  verb?: string;

  @Text({ description: 'Only about this.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  resource?: string;

  @Instant({ description: 'Only from then on.', optional: true })
  from?: string;

  @Instant({ description: 'Only before then.', optional: true })
  to?: string;
}

export class VerifyAuditQuery {
  @Text({
    description: 'A hash that was kept elsewhere: the answer says at which position of which chain it is.',
    example: HASH_EXAMPLE,
    pattern: HASH,
    maxLength: 64,
    optional: true,
  })
  anchor?: string;
}

export class ChainBreakView {
  @Choice({
    description:
      '`changed`: the entry is not what was written · `missing`: one before it was taken away or exchanged · `cut`: entries at the end are gone.',
    example: 'changed',
    of: ['changed', 'missing', 'cut'],
    name: 'ChainBreakKind',
  })
  kind!: 'changed' | 'missing' | 'cut';

  @Whole({
    description: 'Position of the first wrong entry; for `cut` of the last one there is.',
    example: 17,
  })
  position!: number;

  @Uuid({ description: 'Id of that entry; null when there is none.', nullable: true })
  auditId!: string | null;
}

export class AuditChainView {
  @Uuid({ description: 'Organization; null: the provider.', nullable: true })
  organizationId!: string | null;

  @Whole({ description: 'Entries looked at.', example: 17 })
  entries!: number;

  @Text({
    description:
      'Hash of the last entry. Who keeps it elsewhere can prove later that nothing before was changed.',
    example: HASH_EXAMPLE,
  })
  head!: string;

  @Whole({ description: 'Where the anchor is; null: not here, or none was asked for.', nullable: true })
  anchorPosition!: number | null;

  @Nested(
    { description: 'The first thing that is wrong; null: nothing.', nullable: true },
    () => ChainBreakView,
  )
  broken!: ChainBreakView | null;
}

export class AuditVerificationView {
  @Flag({ description: 'No chain is broken, and the anchor, if one was given, was found.', example: true })
  isIntact!: boolean;

  @ListOf({ description: 'All chains that the caller sees, the provider’s first.' }, () => AuditChainView)
  chains!: readonly AuditChainView[];
}
