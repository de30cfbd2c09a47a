/** Bodies of the verbs of a whole system. */
import { Choice, Flag, Text, Uuid, Whole } from '../../../http/fields.js';

export class RolePath {
  @Text({ description: 'Id of the VSYS.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({ description: 'Name of the role in the descriptor.', example: 'web' })
  roleName!: string;
}

export class ScaleRoleRequest {
  @Whole({ description: 'How many servers of the role there are to be.', example: 3, maximum: 1_000 })
  count!: number;

  @Choice({
    description: 'What to do when it fails; `rollback` when not given.',
    example: 'rollback',
    of: ['rollback', 'keep'],
    name: 'OnFailure',
    optional: true,
  })
  onFailure?: 'rollback' | 'keep';
}

export class RollBackRequest {
  @Whole({
    description: 'The generation to go back to; it becomes the next one.',
    example: 2,
    minimum: 1,
    maximum: 2_147_483_647,
  })
  generation!: number;

  @Flag({
    description:
      'Whether servers, disks and snapshots that came since may be destroyed with their contents. Without it the roll-back is refused when there are any.',
    example: false,
    optional: true,
  })
  allowDataLoss?: boolean;

  @Choice({
    description: 'What to do when it fails; `rollback` when not given.',
    example: 'rollback',
    of: ['rollback', 'keep'],
    name: 'OnFailure',
    optional: true,
  })
  onFailure?: 'rollback' | 'keep';
}

export class CloneVsysRequest {
  @Text({
    description: 'Name, unique among the living systems of the VDC.',
    example: 'shop-test',
    minLength: 1,
    maxLength: 60,
  })
  name!: string;

  @Uuid({ description: 'The VDC it is to be in; that of the source when not given.', optional: true })
  vdcId?: string;

  @Choice({
    description:
      '`fresh`: disks as a new system has them. `copy`: with what is on the disks of the source, which has to be stopped unless a snapshot of it is named.',
    example: 'fresh',
    of: ['fresh', 'copy'],
    name: 'CloneContents',
  })
  contents!: 'fresh' | 'copy';

  @Text({
    description: 'With `copy`: contents as this snapshot of all servers of the source has them.',
    example: 'DEMO0001-7K2M9QXPA-X-0001',
    optional: true,
  })
  snapshotId?: string;

  @Choice({
    description: 'What to do when it fails; `rollback` when not given.',
    example: 'rollback',
    of: ['rollback', 'keep'],
    name: 'OnFailure',
    optional: true,
  })
  onFailure?: 'rollback' | 'keep';
}
