import { QUOTA_REQUEST_STATES, type QuotaRequestState } from '@openvsys/persistence';
import { QUOTA_SCOPES, type QuotaScope } from '@openvsys/vsys';
import { Choice, Instant, ListOf, Text, Uuid } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';
import { QuotaLimit } from './quotas.views.js';

const STATE = {
  description: 'Where it is.',
  example: 'open',
  of: QUOTA_REQUEST_STATES,
  name: 'QuotaRequestState',
} as const;
const SCOPE = {
  description: 'Whose limits.',
  example: 'organization',
  of: QUOTA_SCOPES,
  name: 'QuotaScope',
} as const;

export class QuotaRequestView {
  @Uuid({ description: 'Id; sorts by time.' })
  id!: string;

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Choice(SCOPE)
  scope!: QuotaScope;

  @Text({ description: 'Id of the organization, VDC or VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  scopeId!: string;

  @ListOf(
    { description: 'The limits that are wished for; once approved, those that were set.' },
    () => QuotaLimit,
  )
  limits!: readonly QuotaLimit[];

  @Text({ description: 'Why.', example: 'Sale in December', maxLength: 1_000 })
  reason!: string;

  @Choice(STATE)
  state!: QuotaRequestState;

  @Text({ description: 'Who asked.', example: 'token:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' })
  requestedBy!: string;

  @Instant({ description: 'When.' })
  requestedAt!: Date;

  @Text({ description: 'Who decided.', example: null, nullable: true })
  decidedBy!: string | null;

  @Instant({ description: 'When it was decided.', nullable: true })
  decidedAt!: Date | null;

  @Text({ description: 'Why it was decided so.', example: null, nullable: true, maxLength: 1_000 })
  decision!: string | null;
}

export class QuotaRequestPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => QuotaRequestView)
  items!: readonly QuotaRequestView[];
}

export class ListQuotaRequestsQuery extends PageQuery {
  @Choice({ ...STATE, optional: true })
  state?: QuotaRequestState;
}

export class CreateQuotaRequestRequest {
  @Choice(SCOPE)
  scope!: QuotaScope;

  @Text({
    description: 'Id of the organization, VDC or VSYS; for the own organization it may be left out.',
    example: 'DEMO0001-7K2M9QXPA',
    optional: true,
  })
  scopeId?: string;

  @ListOf(
    { description: 'The limits that are wished for; others stay as they are.', minItems: 1, maxItems: 100 },
    () => QuotaLimit,
  )
  limits!: readonly QuotaLimit[];

  @Text({ description: 'Why, for who decides.', example: 'Sale in December', minLength: 1, maxLength: 1_000 })
  reason!: string;
}

export class DecideQuotaRequestRequest {
  @Text({
    description: 'Why, for who asked.',
    example: 'As agreed on the phone',
    minLength: 1,
    maxLength: 1_000,
  })
  reason!: string;
}

export class ApproveQuotaRequestRequest extends DecideQuotaRequestRequest {
  @ListOf(
    { description: 'Limits to set instead of those that are wished for.', optional: true, maxItems: 100 },
    () => QuotaLimit,
  )
  limits?: readonly QuotaLimit[];
}
