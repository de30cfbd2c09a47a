import { DESCRIPTOR_VISIBILITIES, type DescriptorVisibility } from '@openvsys/persistence';
import { Choice, Flag, Instant, ListOf, Mapping, Text, Uuid } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';
import { MAX_DESCRIPTOR_LENGTH } from '../vsys/vsys.requests.js';

export class DescriptorView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Text({ description: 'Name.', example: 'three-tier' })
  name!: string;

  @Flag({ description: 'It is the provider’s and open to every organization.', example: true })
  shared!: boolean;

  @Choice({
    description:
      'provider: everybody sees it. shared: who has its key may copy it. organization: nobody else sees it.',
    example: 'provider',
    of: DESCRIPTOR_VISIBILITIES,
    name: 'DescriptorVisibility',
  })
  visibility!: DescriptorVisibility;

  @Text({ description: 'Title of the newest version, else the name.', example: 'Three-tier web system' })
  title!: string;

  @Text({ description: 'Description of the newest version; may be empty.', example: 'Firewall and servers.' })
  description!: string;

  @Text({ description: 'Newest version.', example: '1.0.0' })
  latestVersion!: string;

  @Text({
    description:
      'When prices were asked for: what a system of it costs an hour; null when a parameter has to be given first.',
    example: '0.0876',
    nullable: true,
    optional: true,
  })
  pricePerHour?: string | null;

  @Text({ description: 'Of the price.', example: 'EUR', optional: true })
  currency?: string;
}

export class DescriptorVersionView {
  @Uuid({ description: 'Id of this version.' })
  id!: string;

  @Text({ description: 'Name.', example: 'three-tier' })
  name!: string;

  @Text({ description: 'Version; what it says never changes.', example: '1.0.0' })
  version!: string;

  @Flag({ description: 'It is the provider’s and open to every organization.', example: true })
  shared!: boolean;

  @Text({
    description: 'SHA-256 of the document.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  hash!: string;

  @Instant({ description: 'When it was stored.' })
  createdAt!: Date;
}

export class DescriptorVersionDetailView extends DescriptorVersionView {
  @Mapping({ description: 'The descriptor.', example: { apiVersion: 'openvsys/v1', kind: 'VsysDescriptor' } })
  document!: Readonly<Record<string, unknown>>;

  @Text({
    description: 'The text that was sent.',
    example: 'apiVersion: openvsys/v1',
    maxLength: MAX_DESCRIPTOR_LENGTH,
  })
  source!: string;
}

export class DescriptorPage extends PageView {
  @ListOf({ description: 'By name.' }, () => DescriptorView)
  items!: readonly DescriptorView[];
}

export class DescriptorVersionPage extends PageView {
  @ListOf({ description: 'Newest first.' }, () => DescriptorVersionView)
  items!: readonly DescriptorVersionView[];
}

/** Exactly one of the two. The text may also be sent as it is with Content-Type application/yaml. */
export class DescriptorRequest {
  @Text({
    description: 'The descriptor as YAML or JSON text.',
    example: 'apiVersion: openvsys/v1',
    maxLength: MAX_DESCRIPTOR_LENGTH,
    optional: true,
  })
  source?: string;

  @Mapping({
    description: 'The descriptor as JSON.',
    example: { apiVersion: 'openvsys/v1', kind: 'VsysDescriptor' },
    optional: true,
  })
  document?: Readonly<Record<string, unknown>>;
}

export class ValidDescriptorView {
  @Text({ description: 'Name.', example: 'three-tier' })
  name!: string;

  @Text({ description: 'Version.', example: '1.0.0' })
  version!: string;

  @Mapping({ description: 'The descriptor as it was understood.', example: { apiVersion: 'openvsys/v1' } })
  document!: Readonly<Record<string, unknown>>;
}
