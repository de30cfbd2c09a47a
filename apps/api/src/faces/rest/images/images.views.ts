/** Images. */
import {
  IMAGE_ACTIONS,
  IMAGE_NAME_PATTERN,
  IMAGE_STATES,
  IMAGE_VISIBILITIES,
  LICENCE_UNITS,
  MAX_IMAGE_NAME,
  UPLOAD_FORMATS,
  type ImageAction,
  type ImageState,
  type ImageVisibility,
  type LicenceUnit,
  type UploadFormat,
} from '@openvsys/vsys';
import { Choice, Choices, Flag, Instant, ListOf, Nested, Text, Whole } from '../../../http/fields.js';
import { PageQuery, PageView } from '../../../http/paging.js';
import { ErrorReportView } from '../operations/operations.views.js';

const SHA256 = '^[0-9a-fA-F]{64}$';
/** The largest source that is read, 1 TiB. */
const MAX_BYTES = 2 ** 40;
const MAX_MEMORY_MIB = 16_777_216;
const REFERENCE = 'web-base:2';

export class ImageUploadView {
  @Whole({ description: 'Bytes that were announced.', example: 734_003_200 })
  bytes!: number;

  @Whole({ description: 'Bytes that have arrived: where the next piece begins.', example: 67_108_864 })
  received!: number;

  @Text({ description: 'SHA-256 that was announced.', example: null, nullable: true })
  sha256!: string | null;
}

export class ImageLicenceView {
  @Text({
    description: 'Product, as price lists name it with the dimension `licence`.',
    example: 'windows-server',
    pattern: '^[a-z0-9][a-z0-9._/-]*$',
    maxLength: 60,
  })
  product!: string;

  @Choice({
    description: 'One for each running server, or one for each of its virtual processors.',
    example: 'vcpu',
    of: LICENCE_UNITS,
    name: 'LicenceUnit',
  })
  unit!: LicenceUnit;
}

export class ImageView {
  @Text({ description: 'Name, as descriptors use it.', example: 'debian-13' })
  name!: string;

  @Whole({ description: 'Version.', example: 1, minimum: 1 })
  version!: number;

  @Text({ description: 'Name and version, as descriptors use it for this very version.', example: REFERENCE })
  reference!: string;

  @Text({ description: 'Name of its templates in pools.', example: 'DEMO0001_web-base_2' })
  template!: string;

  @Choice({
    description: 'Whose it is: the provider’s, the own organization’s, or of one that shares it.',
    example: 'private',
    of: IMAGE_VISIBILITIES,
    name: 'ImageVisibility',
  })
  visibility!: ImageVisibility;

  @Choice({ description: 'How it stands.', example: 'available', of: IMAGE_STATES, name: 'ImageState' })
  state!: ImageState;

  @Text({ description: 'Title.', example: 'Debian 13' })
  title!: string;

  @Text({ description: 'Operating system.', example: 'linux' })
  os!: string;

  @Choice({
    description: 'For servers or for EFM appliances.',
    example: 'server',
    of: ['server', 'efm'],
    name: 'ServerTypeKind',
  })
  kind!: 'server' | 'efm';

  @Whole({ description: 'System disk in GiB; 0 as long as nobody knows.', example: 4 })
  systemDiskGiB!: number;

  @Whole({ description: 'Memory that it needs at least, in MiB.', example: 512 })
  minMemoryMiB!: number;

  @Nested(
    { description: 'What is paid for each server of it while it runs.', nullable: true },
    () => ImageLicenceView,
  )
  licence!: ImageLicenceView | null;

  @Whole({
    description: 'GiB of all its disks: what a private image is paid for.',
    example: 4,
    nullable: true,
  })
  sizeGiB!: number | null;

  @Text({ description: 'SHA-256 of what was uploaded.', example: null, nullable: true })
  sha256!: string | null;

  @Nested({ description: 'How far its upload is.', nullable: true }, () => ImageUploadView)
  upload!: ImageUploadView | null;

  @Nested({ description: 'Why it failed.', nullable: true }, () => ErrorReportView)
  failure!: ErrorReportView | null;

  @Flag({ description: 'Not offered for new systems any more.', example: false })
  deprecated!: boolean;

  @Instant({ description: 'Since or from when it is not offered any more.', nullable: true })
  deprecatedFrom!: Date | null;

  @Text({ description: 'Image to take instead.', example: null, nullable: true })
  replacement!: string | null;

  @Whole({ description: 'Storages that have it.', example: 1 })
  places!: number;

  @Instant({ description: 'When it was announced.' })
  createdAt!: Date;

  @Choices({
    description: 'What the caller may do with it now, beside making servers of it.',
    example: ['export', 'prefetch', 'share', 'deprecate', 'remove'],
    of: IMAGE_ACTIONS,
    name: 'ImageAction',
  })
  allowedActions!: readonly ImageAction[];
}

export class ImagePage extends PageView {
  @ListOf({ description: 'By name and version.' }, () => ImageView)
  items!: readonly ImageView[];
}

export class ListImagesQuery extends PageQuery {
  @Text({ description: 'Only versions of this image.', example: 'web-base', optional: true })
  name?: string;

  @Choice({
    description: 'Only images of these.',
    example: 'private',
    of: IMAGE_VISIBILITIES,
    name: 'ImageVisibility',
    optional: true,
  })
  visibility?: ImageVisibility;

  @Choice({
    description: 'Only images in this state.',
    example: 'available',
    of: IMAGE_STATES,
    name: 'ImageState',
    optional: true,
  })
  state?: ImageState;
}

export class ImportImageRequest {
  @Text({
    description: 'Name; if there is one of yours already, this becomes its next version.',
    example: 'web-base',
    pattern: IMAGE_NAME_PATTERN,
    maxLength: MAX_IMAGE_NAME,
  })
  name!: string;

  @Text({ description: 'Title.', example: 'Our web servers', minLength: 1, maxLength: 100 })
  title!: string;

  @Text({ description: 'Operating system.', example: 'linux', minLength: 1, maxLength: 40 })
  os!: string;

  @Whole({
    description: 'Memory that it needs at least, in MiB.',
    example: 512,
    minimum: 16,
    maximum: MAX_MEMORY_MIB,
  })
  minMemoryMiB!: number;

  @Choice({
    description: 'What the file is.',
    example: 'vmdk',
    of: UPLOAD_FORMATS,
    name: 'ImageUploadFormat',
  })
  format!: UploadFormat;

  @Whole({ description: 'Size of the file.', example: 734_003_200, minimum: 1, maximum: MAX_BYTES })
  bytes!: number;

  @Text({
    description:
      'Where it is fetched from, https; then nothing has to be uploaded and `bytes` is the most that may come.',
    example: 'https://images.example/web-base.vmdk',
    maxLength: 2_048,
    optional: true,
  })
  url?: string;

  @Text({
    description: 'SHA-256 of the file; if it is another one nothing becomes of the image.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    pattern: SHA256,
    maxLength: 64,
    optional: true,
  })
  sha256?: string;
}

export class UploadQuery {
  @Whole({ description: 'Where in the file this piece begins.', example: 0 })
  offset!: number;
}

export class CaptureImageRequest {
  @Text({
    description: 'Name; if there is one of yours already, this becomes its next version.',
    example: 'web-base',
    pattern: IMAGE_NAME_PATTERN,
    maxLength: MAX_IMAGE_NAME,
  })
  name!: string;

  @Text({ description: 'Title.', example: 'Web servers of May', minLength: 1, maxLength: 100 })
  title!: string;

  @Text({
    description: 'Server; it has to be stopped unless a snapshot is given.',
    example: 'DEMO0001-7K2M9QXPA-S-0003',
  })
  serverId!: string;

  @Text({ description: 'Snapshot of its system.', example: 'DEMO0001-7K2M9QXPA-X-0001', optional: true })
  snapshotId?: string;
}

export class ChangeImageRequest {
  @Flag({ description: 'True: not offered for new systems any more.', example: true, optional: true })
  deprecated?: boolean;

  @Text({ description: 'New title.', example: 'Debian 14', optional: true, minLength: 1, maxLength: 100 })
  title?: string;

  @Instant({ description: 'Not offered from then on.', optional: true })
  deprecatedFrom?: string;

  @Text({ description: 'Image to take instead.', example: 'debian-14', optional: true, maxLength: 80 })
  replacement?: string;

  @Nested(
    {
      description:
        'What is paid for each server that is made of it from now on, while it runs; null: nothing. For the provider.',
      optional: true,
      nullable: true,
    },
    () => ImageLicenceView,
  )
  licence?: ImageLicenceView | null;
}
