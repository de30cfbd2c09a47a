import { EFM_UPDATE_STATES, type EfmUpdateState } from '@openvsys/persistence';
import { Choice, Flag, Instant, ListOf, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { PageView } from '../../../http/paging.js';
import { FailureChoice } from '../parts/server-parts.requests.js';

@MayBeEmpty()
export class UpdateEfmRequest extends FailureChoice {
  @Flag({
    description:
      'A single appliance does not serve while it is made anew: without this it is refused. Pairs need none.',
    example: false,
    optional: true,
  })
  acceptInterruption?: boolean;
}

export class EfmUpdateView {
  @Uuid({ description: 'Id; sorts by time.' })
  id!: string;

  @Text({ description: 'Name of the EFM in its system.', example: 'fw' })
  efm!: string;

  @Choice({
    description: '`failed`: what was not made anew yet serves on as it is.',
    example: 'running',
    of: EFM_UPDATE_STATES,
    name: 'EfmUpdateState',
  })
  state!: EfmUpdateState;

  @Text({
    description: 'Why it failed; null otherwise.',
    example: 'The fresh appliance did not report that it serves.',
    nullable: true,
    maxLength: 1_000,
  })
  reason!: string | null;

  @Texts({ description: 'Ids of the appliances, in the order in which they are made anew.' })
  appliances!: readonly string[];

  @Whole({ description: 'Which one is, from 0.', example: 0 })
  position!: number;

  @Text({ description: 'The image that they get.', example: 'openvsys-efm' })
  image!: string;

  @Text({ description: 'Who asked for it.', example: 'user:019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' })
  requestedBy!: string;

  @Instant({ description: 'When.' })
  createdAt!: Date;

  @Instant({ description: 'When it ended; null: it has not.', nullable: true })
  endedAt!: Date | null;
}

export class EfmUpdatePage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => EfmUpdateView)
  items!: readonly EfmUpdateView[];
}
