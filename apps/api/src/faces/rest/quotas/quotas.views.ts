import { QUOTA_RESOURCES, type QuotaResource } from '@openvsys/persistence';
import { Choice, ListOf, Whole } from '../../../http/fields.js';

export class QuotaView {
  @Choice({ description: 'What is limited.', example: 'vserver', of: QUOTA_RESOURCES, name: 'QuotaResource' })
  resource!: QuotaResource;

  @Whole({ description: 'The limit; null: none.', example: 200, nullable: true })
  limit!: number | null;

  @Whole({ description: 'Used now, reserved things among it.', example: 4 })
  used!: number;
}

export class QuotasView {
  @ListOf({ description: 'One entry for each thing that can be limited.' }, () => QuotaView)
  items!: readonly QuotaView[];
}

export class QuotaLimit {
  @Choice({ description: 'What is limited.', example: 'vserver', of: QUOTA_RESOURCES, name: 'QuotaResource' })
  resource!: QuotaResource;

  @Whole({ description: 'The limit.', example: 200 })
  limit!: number;
}

/** Replaces all limits: what is not named has none afterwards. */
export class SetQuotasRequest {
  @ListOf({ description: 'All limits.', maxItems: 100 }, () => QuotaLimit)
  limits!: readonly QuotaLimit[];
}
