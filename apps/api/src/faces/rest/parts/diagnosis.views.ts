/** Why a server is not as wanted, as the REST API shows it. */
import {
  DIAGNOSIS_CAUSES,
  DIAGNOSIS_VERDICTS,
  PART_STATES,
  WANTED_POWERS,
  type DiagnosisCause,
  type DiagnosisVerdict,
  type PartState,
  type WantedPower,
} from '@openvsys/vsys';
import { Choice, Instant, ListOf, Text } from '../../../http/fields.js';

export class DiagnosisFindingView {
  @Choice({
    description: 'The kind of reason.',
    example: 'start-order',
    of: DIAGNOSIS_CAUSES,
    name: 'DiagnosisCause',
  })
  cause!: DiagnosisCause;

  @Text({
    description: 'The reason.',
    example: '“db” (order 0) starts before it and is creating.',
    maxLength: 4_000,
  })
  message!: string;

  @Text({ description: 'What can be done.', example: null, nullable: true, maxLength: 2_000 })
  remedy!: string | null;

  @Text({
    description: 'The part that it is about, when it is another one.',
    example: 'DEMO0001-7K2M9QXPA-S-0005',
    nullable: true,
  })
  part!: string | null;

  @Instant({ description: 'Since when, where that is known.', nullable: true })
  since!: Date | null;
}

export class DiagnosisView {
  @Choice({
    description:
      '`blocked`: nothing happens before somebody does something. `waiting`: something else comes first. `on-its-way`: it is being done, or tried again.',
    example: 'waiting',
    of: DIAGNOSIS_VERDICTS,
    name: 'DiagnosisVerdict',
  })
  verdict!: DiagnosisVerdict;

  @Choice({ description: 'What is wanted.', example: 'running', of: WANTED_POWERS, name: 'WantedPower' })
  wanted!: WantedPower;

  @Choice({ description: 'As last seen.', example: 'stopped', of: PART_STATES, name: 'PartState' })
  state!: PartState;

  @ListOf({ description: 'The most decisive first.' }, () => DiagnosisFindingView)
  findings!: readonly DiagnosisFindingView[];
}
