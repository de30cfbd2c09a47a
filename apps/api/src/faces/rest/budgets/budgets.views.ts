import { BUDGET_ACTIONS, BUDGET_BASES, type BudgetAction, type BudgetBasis } from '@openvsys/metering';
import { QUOTA_SCOPES, type QuotaScope } from '@openvsys/vsys';
import { Choice, Instant, ListOf, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';

const MONEY = '^\\d{1,14}(\\.\\d{1,10})?$';
const MOST_THRESHOLDS = 20;

export class BudgetThresholdView {
  @Choice({
    description: 'Which figure passes it: what is spent so far, or the forecast of the month.',
    example: 'spent',
    of: BUDGET_BASES,
    name: 'BudgetBasis',
  })
  basis!: BudgetBasis;

  @Choice({
    description: 'Share of the budget or amount of its currency.',
    example: 'percent',
    of: ['percent', 'amount'],
    name: 'BudgetThresholdUnit',
  })
  unit!: 'percent' | 'amount';

  @Text({ description: 'Where it is; a decimal.', example: '80', pattern: MONEY, maxLength: 30 })
  value!: string;
}

export class BudgetAlertView {
  @Text({ description: 'The month.', example: '2026-03' })
  period!: string;

  @Text({ description: 'The mark.', example: 'spent 80 percent of 200' })
  threshold!: string;

  @Text({ description: 'What had passed it.', example: '160.4100000000' })
  reached!: string;

  @Instant({ description: 'When it was told.' })
  at!: Date;
}

/** What a caller decides. */
export class BudgetRequest {
  @Text({ description: 'Name.', example: 'shop', minLength: 1, maxLength: 100 })
  name!: string;

  @Text({
    description: 'What a month may cost, in the currency of the organization; a decimal.',
    example: '200.00',
    pattern: MONEY,
    maxLength: 30,
  })
  amount!: string;

  @ListOf(
    {
      description: 'Marks; each is told once a month (event `budget.threshold`).',
      maxItems: MOST_THRESHOLDS,
    },
    () => BudgetThresholdView,
  )
  thresholds!: readonly BudgetThresholdView[];

  @Choice({
    description:
      'When all is spent: only tell; refuse what is new and what starts until the month ends; or stop running servers too. EFMs go on.',
    example: 'stop-new',
    of: BUDGET_ACTIONS,
    name: 'BudgetAction',
  })
  atLimit!: BudgetAction;

  @Texts({
    description: 'Ids of servers that are never stopped for it.',
    example: ['DEMO0001-7K2M9QXPA-S-0003'],
    optional: true,
    maxItems: 1_000,
  })
  protectedServers?: readonly string[];
}

export class CreateBudgetRequest extends BudgetRequest {
  @Choice({ description: 'Of what.', example: 'vdc', of: QUOTA_SCOPES, name: 'QuotaScope' })
  scope!: QuotaScope;

  @Text({
    description: 'Id of the organization, VDC or VSYS; for the own organization it may be left out.',
    example: 'DEMO0001-7K2M9QXPA',
    optional: true,
  })
  scopeId?: string;
}

export class BudgetView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Choice({ description: 'Of what.', example: 'vdc', of: QUOTA_SCOPES, name: 'QuotaScope' })
  scope!: QuotaScope;

  @Text({ description: 'Id of the organization, VDC or VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  scopeId!: string;

  @Text({ description: 'Name.', example: 'shop' })
  name!: string;

  @Text({ description: 'What a month may cost.', example: '200.0000' })
  amount!: string;

  @Text({ description: 'Currency.', example: 'EUR' })
  currency!: string;

  @ListOf({ description: 'Marks.' }, () => BudgetThresholdView)
  thresholds!: readonly BudgetThresholdView[];

  @Choice({
    description: 'What happens when all is spent.',
    example: 'stop-new',
    of: BUDGET_ACTIONS,
    name: 'BudgetAction',
  })
  atLimit!: BudgetAction;

  @Texts({ description: 'Servers that are never stopped for it.', example: ['DEMO0001-7K2M9QXPA-S-0003'] })
  protectedServers!: readonly string[];

  @Whole({ description: 'Grows with each change; the ETag.', example: 3, minimum: 1 })
  version!: number;

  @Text({ description: 'The month of the figures.', example: '2026-03', nullable: true })
  period!: string | null;

  @Text({ description: 'Spent in it so far.', example: '160.4100000000', nullable: true })
  spent!: string | null;

  @Text({ description: 'Forecast of the month when nothing changes.', example: '230.1', nullable: true })
  forecast!: string | null;

  @Instant({ description: 'When the figures were worked out; null: they are about to be.', nullable: true })
  evaluatedAt!: Date | null;

  @Instant({ description: 'What is new is refused until then; null: it is not.', nullable: true })
  stoppedUntil!: Date | null;
}

export class BudgetDetailView extends BudgetView {
  @ListOf({ description: 'What was told about it, newest first.' }, () => BudgetAlertView)
  alerts!: readonly BudgetAlertView[];
}

export class BudgetPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => BudgetView)
  items!: readonly BudgetView[];
}

export class ListBudgetsQuery extends PageQuery {}
