/** VSYS as the REST API shows them. */
import { VSYS_PHASES, type VsysPhase } from '@openvsys/vsys';
import {
  Choice,
  Flag,
  Instant,
  ListOf,
  Mapping,
  Nested,
  Text,
  Texts,
  Uuid,
  Whole,
} from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';
import { ErrorReportView } from '../operations/operations.views.js';
import { PublicIpView, VDiskView, VNetView, VServerView } from '../parts/parts.views.js';

export class DescriptorRefView {
  @Text({ description: 'Name of the descriptor.', example: 'three-tier' })
  name!: string;

  @Text({ description: 'Version.', example: '1.0.0' })
  version!: string;
}

export class MoneyView {
  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Text({ description: 'For an hour in which everything runs, as an exact decimal.', example: '0.1830' })
  perHour!: string;

  @Text({ description: 'For 730 such hours, as an exact decimal.', example: '133.59' })
  perMonth!: string;

  @Texts({ description: 'Products in use that have no price; the sums are too low by them.', example: [] })
  unpriced!: readonly string[];
}

export class ConditionView {
  @Choice({
    description:
      '`Ready`: all is as wanted. `Progressing`: work is going on. `NeedsAttention`: the work was given up.',
    example: 'Ready',
    of: ['Ready', 'Progressing', 'NeedsAttention'],
    name: 'ConditionType',
  })
  type!: 'Ready' | 'Progressing' | 'NeedsAttention';

  @Flag({ description: 'Whether it holds.', example: true })
  status!: boolean;

  @Text({ description: 'Why, in words.', example: 'Generation 1 is reached.', maxLength: 4_000 })
  message!: string;
}

export class VsysView {
  @Text({ description: 'Id: contract and system.', example: 'DEMO0001-7K2M9QXPA' })
  id!: string;

  @Text({ description: 'Name.', example: 'shop' })
  name!: string;

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Uuid({ description: 'VDC.' })
  vdcId!: string;

  @Choice({ description: 'What it is doing.', example: 'ready', of: VSYS_PHASES, name: 'VsysPhase' })
  phase!: VsysPhase;

  @Whole({ description: 'Counts the accepted changes of what is wanted.', example: 1 })
  generation!: number;

  @Whole({
    description: 'The generation that was reached last; equal to `generation` when all is done.',
    example: 1,
  })
  observedGeneration!: number;

  @Nested(
    {
      description: 'The descriptor it was made from; null when it was sent with the request.',
      nullable: true,
    },
    () => DescriptorRefView,
  )
  descriptor!: DescriptorRefView | null;

  @Instant({ description: 'When it was created.' })
  createdAt!: Date;

  @Instant({ description: 'When what is wanted was changed last.' })
  changedAt!: Date;

  @Instant({ description: 'When it was gone for good.', nullable: true })
  deletedAt!: Date | null;

  @Instant({ description: 'In the recycle bin until then; null: not in it.', nullable: true })
  purgeAt!: Date | null;

  @Text({ description: 'Id that the tenant gave it.', example: 'crm-4711', nullable: true })
  externalId!: string | null;

  @Mapping({ description: 'Tags.', example: { env: 'prod' } })
  tags!: Readonly<Record<string, string>>;

  @Flag({ description: 'Protected against deletion.', example: false })
  protected!: boolean;

  @Instant({ description: 'When its lease ends; null: it has none.', nullable: true })
  expiresAt!: Date | null;
}

export class VsysDetailView extends VsysView {
  @Mapping({
    description: 'Values of the descriptor’s parameters; secret ones are not shown.',
    example: { webCount: 2 },
  })
  parameters!: Readonly<Record<string, unknown>>;

  @ListOf({ description: 'How it stands.' }, () => ConditionView)
  conditions!: readonly ConditionView[];

  @Nested(
    { description: 'Why the work was given up; null when it was not.', nullable: true },
    () => ErrorReportView,
  )
  problem!: ErrorReportView | null;

  @Nested({ description: 'Price when everything that is wanted runs.' }, () => MoneyView)
  price!: MoneyView;

  @ListOf({ description: 'Servers, EFM appliances first.' }, () => VServerView)
  vservers!: readonly VServerView[];

  @ListOf({ description: 'Data disks.' }, () => VDiskView)
  vdisks!: readonly VDiskView[];

  @ListOf({ description: 'Networks.' }, () => VNetView)
  vnets!: readonly VNetView[];

  @ListOf({ description: 'Public addresses.' }, () => PublicIpView)
  publicIps!: readonly PublicIpView[];
}

export class VsysPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => VsysView)
  items!: readonly VsysView[];
}
