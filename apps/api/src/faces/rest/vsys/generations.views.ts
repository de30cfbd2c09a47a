/** Former generations as the REST API shows them. */
import { OPERATION_STATES, type OperationState } from '@openvsys/vsys';
import { Choice, Instant, ListOf, Nested, Text, Uuid, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';
import { PlannedChangeView } from './plan.views.js';
import { DescriptorRefView } from './vsys.views.js';

export class GenerationOperationView {
  @Uuid({ description: 'Id of the operation.' })
  id!: string;

  @Text({ description: 'What was asked for.', example: 'vsys.change' })
  kind!: string;

  @Choice({
    description: 'What became of it.',
    example: 'succeeded',
    of: OPERATION_STATES,
    name: 'OperationState',
  })
  state!: OperationState;

  @Text({ description: 'Who asked for it.', example: 'token:019399d2', nullable: true })
  requestedBy!: string | null;
}

export class GenerationView {
  @Whole({ description: 'Its number.', example: 2, minimum: 1 })
  generation!: number;

  @Text({ description: 'Name that the system had.', example: 'shop' })
  name!: string;

  @Nested({ description: 'The descriptor that it was made from.' }, () => DescriptorRefView)
  descriptor!: DescriptorRefView;

  @Instant({ description: 'When it was accepted.' })
  createdAt!: Date;

  @Instant({ description: 'When it was reached; null: never, or not yet.', nullable: true })
  reachedAt!: Date | null;

  @Nested(
    { description: 'The operation that brought it; null for a roll-back to nothing.', nullable: true },
    () => GenerationOperationView,
  )
  operation!: GenerationOperationView | null;

  @Text({
    description: 'Why, in the words of who asked for it.',
    example: 'ticket 4711: more load on Monday',
    maxLength: 500,
    nullable: true,
  })
  reason!: string | null;

  @ListOf(
    { description: 'What it changed; parts that stayed as they were are left out.', maxItems: 5_000 },
    () => PlannedChangeView,
  )
  changes!: readonly PlannedChangeView[];
}

export class GenerationPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => GenerationView)
  items!: readonly GenerationView[];
}
