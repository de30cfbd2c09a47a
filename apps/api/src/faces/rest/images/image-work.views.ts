/** What is done with images: where they go, who may use them, how far it is. */
import {
  EXPORT_FORMATS,
  IMAGE_NAME_PATTERN,
  IMAGE_TASK_KINDS,
  MAX_IMAGE_NAME,
  POOL_OPERATION_STATES,
  type ExportFormat,
  type ImageTask,
  type PoolOperationState,
} from '@openvsys/vsys';
import { Choice, Flag, Instant, ListOf, Mapping, Nested, Text, Uuid, Whole } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { PageQuery, PageView } from '../../../http/paging.js';
import { ErrorReportView } from '../operations/operations.views.js';
import { ImageView } from './images.views.js';

@MayBeEmpty()
export class PrefetchImageRequest {
  @Uuid({ description: 'Pool; when not given every pool of your zones that lacks it.', optional: true })
  poolId?: string;

  @Uuid({ description: 'Storage of the pool; when not given the one with the most room.', optional: true })
  sr?: string;
}

export class ExportImageRequest {
  @Choice({
    description: 'A machine with all its disks (`xva`), or the system disk alone.',
    example: 'raw',
    of: EXPORT_FORMATS,
    name: 'ImageExportFormat',
  })
  format!: ExportFormat;
}

@MayBeEmpty()
export class ShareKeyRequest {
  @Whole({
    description: 'Days that the key can be used.',
    example: 7,
    minimum: 1,
    maximum: 90,
    optional: true,
  })
  days?: number;
}

export class AcceptImageRequest {
  @Text({ description: 'Key that its owner gave you.', example: 'ovi_…', maxLength: 100 })
  key!: string;

  @Text({
    description: 'What you want to call it; its own name when not given.',
    example: 'partner-base',
    pattern: IMAGE_NAME_PATTERN,
    maxLength: MAX_IMAGE_NAME,
    optional: true,
  })
  name?: string;
}

export class ImagePlaceView {
  @Uuid({ description: 'Zone.' })
  zoneId!: string;

  @Text({ description: 'Name of the zone.', example: 'zone-1' })
  zoneName!: string;

  @Uuid({ description: 'Pool.' })
  poolId!: string;

  @Text({ description: 'Name of the pool; only for the provider.', example: null, nullable: true })
  poolName!: string | null;

  @Uuid({ description: 'Storage; only for the provider.', nullable: true })
  sr!: string | null;

  @Text({ description: 'Name of the storage; only for the provider.', example: null, nullable: true })
  srName!: string | null;

  @Whole({ description: 'Size of the system disk.', example: 4 })
  systemDiskGiB!: number;
}

export class ImagePlacesView {
  @ListOf({ description: 'By pool and storage.' }, () => ImagePlaceView)
  items!: readonly ImagePlaceView[];
}

export class ImageOperationView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Pool that does it.' })
  poolId!: string;

  @Choice({
    description: 'What is done.',
    example: 'image.import',
    of: IMAGE_TASK_KINDS,
    name: 'ImageOperationKind',
  })
  kind!: ImageTask['kind'];

  @Choice({
    description: 'How it stands. `succeeded`, `failed` and `cancelled` are final.',
    example: 'running',
    of: POOL_OPERATION_STATES,
    name: 'PoolOperationState',
  })
  state!: PoolOperationState;

  @Text({ description: 'Template that it is about.', example: 'DEMO0001_web-base_2', nullable: true })
  image!: string | null;

  @Mapping({
    description: 'How far it is: `stage`, `bytes`, `total` and `percent`, null where nobody knows.',
    example: { stage: 'uploading', bytes: 1_048_576, total: 4_194_304, percent: 25 },
    nullable: true,
  })
  progress!: Record<string, unknown> | null;

  @Mapping({ description: 'What came out.', example: null, nullable: true })
  result!: Record<string, unknown> | null;

  @Nested({ description: 'Why it failed.', nullable: true }, () => ErrorReportView)
  error!: ErrorReportView | null;

  @Flag({ description: 'Somebody asked to cancel it.', example: false })
  cancelRequested!: boolean;

  @Instant({ description: 'When it was asked for.' })
  createdAt!: Date;

  @Instant({ description: 'When the work began.', nullable: true })
  startedAt!: Date | null;

  @Instant({ description: 'When it ended.', nullable: true })
  finishedAt!: Date | null;
}

export class ImageOperationPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => ImageOperationView)
  items!: readonly ImageOperationView[];
}

export class ImageOperationsView {
  @ListOf(
    { description: 'One a pool or storage; none when there was nothing to do.' },
    () => ImageOperationView,
  )
  items!: readonly ImageOperationView[];
}

export class ListImageOperationsQuery extends PageQuery {
  @Text({ description: 'Only of this template.', example: 'DEMO0001_web-base_2', optional: true })
  template?: string;

  @Choice({
    description: 'Only operations in this state.',
    example: 'running',
    of: POOL_OPERATION_STATES,
    name: 'PoolOperationState',
    optional: true,
  })
  state?: PoolOperationState;
}

export class CapturedImageView {
  @Nested({ description: 'The image.' }, () => ImageView)
  image!: ImageView;

  @Nested({ description: 'What makes it.' }, () => ImageOperationView)
  operation!: ImageOperationView;
}

export class ExportView {
  @Nested({ description: 'What takes it out of the pool.' }, () => ImageOperationView)
  operation!: ImageOperationView;

  @Text({
    description:
      'Link that gives it out once, when the operation has succeeded. Whoever has it gets the content.',
    example: 'https://cloud.example/v1/image-downloads/kQ2v…',
    maxLength: 500,
  })
  url!: string;

  @Instant({ description: 'The link works until then.' })
  expiresAt!: Date;
}

export class ShareKeyView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Instant({ description: 'When it was made.' })
  createdAt!: Date;

  @Text({ description: 'Who made it.', example: 'token:019399d2' })
  createdBy!: string;

  @Instant({ description: 'Until when it can be used.' })
  expiresAt!: Date;
}

export class NewShareKeyView extends ShareKeyView {
  @Text({ description: 'The key; shown only here.', example: 'ovi_…' })
  key!: string;
}

export class ImageGrantView {
  @Uuid({ description: 'Organization.' })
  organizationId!: string;

  @Text({ description: 'Its name.', example: 'Partner' })
  organizationName!: string;

  @Instant({ description: 'Since when.' })
  grantedAt!: Date;
}

export class ImageSharesView {
  @ListOf({ description: 'Keys that can be used.' }, () => ShareKeyView)
  keys!: readonly ShareKeyView[];

  @ListOf({ description: 'Organizations that use it.' }, () => ImageGrantView)
  grants!: readonly ImageGrantView[];
}
