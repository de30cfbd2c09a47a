import { QUOTA_RESOURCE_PATTERN, type QuotaResource } from '@openvsys/vsys';
import { Flag, ListOf, Text, Whole } from '../../../http/fields.js';

const RESOURCE = {
  description:
    'What is limited. vCPUs and memory are those of servers that run; stored things count always. ' +
    '`storage-gib/fast` limits the disks of one disk class, which count as `storage-gib` too.',
  example: 'vserver',
  maxLength: 50,
  pattern: QUOTA_RESOURCE_PATTERN,
} as const;

export class QuotaView {
  @Text(RESOURCE)
  resource!: QuotaResource;

  @Whole({ description: 'The limit; null: none.', example: 200, nullable: true })
  limit!: number | null;

  @Whole({ description: 'Used now, reserved things among it.', example: 4 })
  used!: number;

  @Whole({ description: 'Of these: admitted and not built or not started yet.', example: 1 })
  reserved!: number;
}

export class QuotaHolderView {
  @Text({ description: 'Id of the VDC or VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  id!: string;

  @Text({ description: 'Its name.', example: 'shop' })
  name!: string;

  @Whole({ description: 'What it uses.', example: 12 })
  used!: number;
}

export class QuotaEffectView {
  @Text(RESOURCE)
  resource!: QuotaResource;

  @Whole({ description: 'The limit now; null: none.', example: 200, nullable: true })
  limitBefore!: number | null;

  @Whole({ description: 'The limit afterwards; null: none.', example: 10, nullable: true })
  limitAfter!: number | null;

  @Whole({ description: 'Used now.', example: 12 })
  used!: number;

  @Flag({
    description: 'More is used than the new limit: nothing is taken away, nothing can be added.',
    example: true,
  })
  over!: boolean;

  @Whole({ description: 'What could still be added; null: no limit.', example: 0, nullable: true })
  free!: number | null;

  @ListOf(
    { description: 'When it is over: who uses most of it, VDCs of an organization or systems of a VDC.' },
    () => QuotaHolderView,
  )
  holders!: readonly QuotaHolderView[];
}

export class QuotasView {
  @ListOf({ description: 'One entry for each thing that can be limited.' }, () => QuotaView)
  items!: readonly QuotaView[];

  @ListOf(
    { description: 'Only for a dry run: what each limit would do.', optional: true },
    () => QuotaEffectView,
  )
  effects?: readonly QuotaEffectView[];
}

export class QuotaLimit {
  @Text(RESOURCE)
  resource!: QuotaResource;

  @Whole({ description: 'The limit.', example: 200 })
  limit!: number;
}

/** Replaces all limits: what is not named has none afterwards. */
export class SetQuotasRequest {
  @ListOf({ description: 'All limits.', maxItems: 100 }, () => QuotaLimit)
  limits!: readonly QuotaLimit[];
}

export class SetQuotasQuery {
  @Flag({ description: 'Only show the effect, in `effects`; change nothing.', example: true, optional: true })
  dryRun?: boolean;
}
