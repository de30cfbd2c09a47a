/** Queries and bodies of the back-up routes. */
import { PART_STATES, type PartState } from '@openvsys/vsys';
import { Choice, Flag, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { PageQuery } from '../../../http/paging.js';

/** As many as an organization may have partners. */
const MOST_CONTRACTS = 50;
/** GiB; what the storage's disk format holds. */
const LARGEST_DISK = 2_040;

export class BackupQuery extends PageQuery {
  @Text({ description: 'Only those of this VSYS.', example: 'DEMO0001-7K2M9QXPA', optional: true })
  vsysId?: string;

  @Text({
    description: 'Only those of this VDisk, or of the system disk of this VServer.',
    example: 'DEMO0001-7K2M9QXPA-D-0001',
    optional: true,
  })
  source?: string;

  @Uuid({ description: 'Only those that this policy took.', optional: true })
  policyId?: string;

  @Choice({
    description: 'Only those in this state.',
    example: 'ready',
    of: PART_STATES,
    name: 'PartState',
    optional: true,
  })
  state?: PartState;
}

export class TakeBackupRequest {
  @Text({ description: 'Name, for people.', example: 'before the update', minLength: 1, maxLength: 100 })
  name!: string;

  @Flag({
    description: 'Whether it stays when its VSYS is deleted; no when not given.',
    example: false,
    optional: true,
  })
  outlives?: boolean;
}

@MayBeEmpty()
export class RestoreRequest {
  @Text({
    description:
      'The VDisk, or the VServer for its system disk, whose contents are replaced; the one that it was taken of when not given.',
    example: 'DEMO0001-7K2M9QXPA-D-0001',
    optional: true,
  })
  disk?: string;

  @Flag({
    description:
      'Whether a running server that uses the disk may be shut down for it and started again. Without it the request is refused then.',
    example: false,
    optional: true,
  })
  stopServer?: boolean;

  @Text({
    description: 'Copy key of a back-up of another tenant.',
    example: 'mZ0pYJq1c3Wv8Lx2T5nQbKd7RfA',
    optional: true,
  })
  key?: string;
}

export class RestoreToNewDiskRequest {
  @Text({ description: 'Name of the new VDisk in its VSYS.', example: 'restored', maxLength: 63 })
  name!: string;

  @Text({
    description: 'VSYS that gets the disk; the one that the back-up is of when not given.',
    example: 'DEMO0001-7K2M9QXPA',
    optional: true,
  })
  vsysId?: string;

  @Text({
    description: 'VServer that it is attached to; none when not given.',
    example: 'DEMO0001-7K2M9QXPA-S-0003',
    optional: true,
  })
  vserverId?: string;

  @Whole({
    description: 'At least the size of the back-up, which it is when not given.',
    example: 40,
    minimum: 1,
    maximum: LARGEST_DISK,
    optional: true,
  })
  sizeGiB?: number;

  @Text({ description: 'Class of its storage.', example: 'standard', maxLength: 63, optional: true })
  diskClass?: string;

  @Text({
    description: 'Copy key of a back-up of another tenant.',
    example: 'mZ0pYJq1c3Wv8Lx2T5nQbKd7RfA',
    optional: true,
  })
  key?: string;
}

@MayBeEmpty()
export class CopyKeyRequest {
  @Texts({
    description: 'Contracts of the tenants that may use the key; none: whoever has it.',
    example: ['DEMO0002'],
    maxItems: MOST_CONTRACTS,
    maxLength: 8,
    optional: true,
  })
  contracts?: readonly string[];
}
