/** Back-ups as the REST API shows them. */
import { BACKUP_PLACEMENTS, PART_STATES, type BackupPlacement, type PartState } from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

export class BackupView {
  @Text({ description: 'Id.', example: 'DEMO0001-7K2M9QXPA-B-0001' })
  id!: string;

  @Text({ description: 'The VSYS that it is of; it may be deleted.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({ description: 'Name of that VSYS.', example: 'shop' })
  vsysName!: string;

  @Instant({ description: 'When that VSYS was deleted; null: it is there.', nullable: true, example: null })
  vsysDeletedAt!: Date | null;

  @Text({ description: 'Name, for people.', example: 'before the update' })
  name!: string;

  @Text({
    description: 'Id of the VDisk that it was taken of, or of the VServer whose system disk it is.',
    example: 'DEMO0001-7K2M9QXPA-D-0001',
  })
  source!: string;

  @Text({ description: 'Name of that disk or server when it was asked for.', example: 'data' })
  sourceName!: string;

  @Choice({
    description: '`ready` once it is complete.',
    example: 'ready',
    of: PART_STATES,
    name: 'PartState',
  })
  state!: PartState;

  @Text({
    description: 'Why it is so, when that is not obvious.',
    example: null,
    nullable: true,
    maxLength: 2_000,
  })
  reason!: string | null;

  @Whole({ description: 'Size of the disk, GiB; metered as `backup-gib`.', example: 20 })
  sizeGiB!: number;

  @Choice({
    description:
      'Where it is kept: on storage for back-ups, on another storage than its disk, or on the same one, whose loss takes both.',
    example: 'backup-storage',
    of: BACKUP_PLACEMENTS,
    name: 'BackupPlacement',
  })
  placed!: BackupPlacement;

  @Flag({ description: 'It stays when its VSYS is deleted.', example: false })
  outlives!: boolean;

  @Flag({ description: 'Other tenants can restore from it with a key.', example: false })
  hasCopyKey!: boolean;

  @Uuid({ description: 'The policy that took it; null: somebody did.', nullable: true, example: null })
  policyId!: string | null;

  @Instant({ description: 'When it was asked for.' })
  createdAt!: Date;

  @Instant({ description: 'When it was complete; null: not yet.', nullable: true })
  takenAt!: Date | null;
}

export class BackupPage extends PageView {
  @ListOf({ description: 'Back-ups in the order of their ids.' }, () => BackupView)
  items!: readonly BackupView[];
}

export class CopyKeyView {
  @Text({
    description: 'The key. Whoever may use it needs it and the id.',
    example: 'mZ0pYJq1c3Wv8Lx2T5nQbKd7RfA',
  })
  key!: string;

  @Texts({
    description: 'Contracts of the tenants that may use it; none: whoever has the key.',
    example: ['DEMO0002'],
  })
  contracts!: readonly string[];
}
