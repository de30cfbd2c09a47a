/** Bodies of changes of data disks. */
import { Text, Whole } from '../../../http/fields.js';
import { FailureChoice, NewPartRequest } from './server-parts.requests.js';

export class CreateVDiskRequest extends NewPartRequest {
  @Whole({ description: 'Size in GiB.', example: 20, minimum: 1, maximum: 2_000 })
  sizeGiB!: number;

  @Text({ description: 'Disk class; `standard` when not given.', example: 'standard', optional: true })
  class?: string;

  @Whole({
    description:
      'Among those who wait for the storage: 0 comes first, 7 last. Refused by storage that does not honour it.',
    example: 2,
    maximum: 7,
    optional: true,
  })
  priority?: number;

  @Text({
    description: 'The server that it is attached to; without it none.',
    example: 'DEMO0001-7K2M9QXPA-S-0003',
    optional: true,
  })
  vserverId?: string;
}

export class ChangeVDiskRequest extends FailureChoice {
  @Whole({
    description: 'New size in GiB; disks only grow.',
    example: 40,
    minimum: 1,
    maximum: 2_000,
    optional: true,
  })
  sizeGiB?: number;

  @Whole({
    description:
      'Among those who wait for the storage: 0 comes first, 7 last; null: as the storage has it. Takes effect when the disk is next attached or its server boots.',
    example: 2,
    maximum: 7,
    nullable: true,
    optional: true,
  })
  priority?: number | null;
}

export class AttachVDiskRequest extends FailureChoice {
  @Text({ description: 'The server.', example: 'DEMO0001-7K2M9QXPA-S-0003' })
  vserverId!: string;
}
