/** Bodies of the snapshot routes. */
import { Flag, Text, Texts } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';

/** As many as a VSYS may have. */
const MOST_SERVERS = 200;

export class TakeSnapshotRequest {
  @Text({ description: 'Name, for people.', example: 'before the update', minLength: 1, maxLength: 100 })
  name!: string;

  @Texts({
    description: 'Ids of the servers; all servers without the appliances when not given.',
    example: ['DEMO0001-7K2M9QXPA-S-0003'],
    maxItems: MOST_SERVERS,
    optional: true,
  })
  servers?: readonly string[];

  @Flag({
    description:
      'With the memory of what runs. Then each server is taken by itself, one after the other, and comes back as it ran.',
    example: false,
    optional: true,
  })
  withMemory?: boolean;
}

@MayBeEmpty()
export class RevertRequest {
  @Texts({
    description: 'Ids of the servers; all servers of the snapshot when not given.',
    example: ['DEMO0001-7K2M9QXPA-S-0003'],
    maxItems: MOST_SERVERS,
    optional: true,
  })
  servers?: readonly string[];
}
