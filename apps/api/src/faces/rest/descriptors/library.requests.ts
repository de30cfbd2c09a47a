/** Bodies and queries of the library of descriptors. */
import { DESCRIPTOR_VISIBILITIES, type DescriptorVisibility } from '@openvsys/persistence';
import { Choice, Mapping, Text, Texts } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { PageQuery } from '../../../http/paging.js';

/** A decimal, without a sign. */
const AMOUNT = '^[0-9]{1,9}(\\.[0-9]{1,10})?$';

export class DescriptorListQuery extends PageQuery {
  @Choice({
    description: 'Whose they are and who may copy them.',
    example: 'organization',
    of: DESCRIPTOR_VISIBILITIES,
    name: 'DescriptorVisibility',
    optional: true,
  })
  visibility?: DescriptorVisibility;

  @Text({ description: 'Exactly this name.', example: 'three-tier', maxLength: 64, optional: true })
  name?: string;

  @Text({
    description: 'Some part of name, title or description of the newest version, whatever its case.',
    example: 'database',
    minLength: 1,
    maxLength: 100,
    optional: true,
  })
  search?: string;

  @Text({
    description:
      'Only those whose system costs at least this an hour, in the currency of the organization, with the defaults of parameters.',
    example: '0.05',
    maxLength: 20,
    pattern: AMOUNT,
    optional: true,
  })
  priceFrom?: string;

  @Text({
    description: 'Only those whose system costs at most this an hour.',
    example: '0.50',
    maxLength: 20,
    pattern: AMOUNT,
    optional: true,
  })
  priceTo?: string;

  @Choice({
    description: 'By name, or the cheapest first; `name` when not given.',
    example: 'price',
    of: ['name', 'price'],
    name: 'DescriptorOrder',
    optional: true,
  })
  sort?: 'name' | 'price';
}

export class UnregisterQuery {
  @Choice({
    description:
      'What to do when systems are made of it: `refuse`, or `hide` it while they go on. `refuse` when not given.',
    example: 'hide',
    of: ['refuse', 'hide'],
    name: 'SystemsOfDescriptor',
    optional: true,
  })
  systems?: 'refuse' | 'hide';
}

export class DescriptorCopyRequest {
  @Text({
    description: 'Name of a descriptor of your own or the provider’s; instead of a key.',
    example: 'three-tier',
    maxLength: 64,
    optional: true,
  })
  from?: string;

  @Text({
    description: 'Key of a descriptor of another organization; instead of a name.',
    example: 'eJ0cSf2cQ7T0aZxv0M1m2n3o4p4',
    maxLength: 100,
    optional: true,
  })
  key?: string;

  @Text({ description: 'Version; the newest without it.', example: '1.0.0', maxLength: 64, optional: true })
  version?: string;

  @Text({
    description: 'Name of the copy; that of the original without it.',
    example: 'my-shop',
    maxLength: 64,
    optional: true,
  })
  name?: string;
}

@MayBeEmpty()
export class DescriptorKeyRequest {
  @Texts({
    description: 'Contracts of the organizations that may use it; without any: whoever has the key.',
    example: ['ACME0001'],
    maxItems: 100,
    optional: true,
  })
  contracts?: readonly string[];
}

export class CaptureVsysRequest {
  @Text({ description: 'Name of the descriptor.', example: 'my-shop', minLength: 1, maxLength: 64 })
  name!: string;

  @Text({ description: 'Version; `1.0.0` when not given.', example: '1.0.0', maxLength: 64, optional: true })
  version?: string;

  @Text({ description: 'Title.', example: 'Our shop', maxLength: 100, optional: true })
  title?: string;

  @Text({ description: 'Description.', example: 'As of May.', maxLength: 1000, optional: true })
  description?: string;

  @Choice({
    description:
      'Whether accounts for the first login are kept, their passwords as parameters; `keep` when not given.',
    example: 'keep',
    of: ['keep', 'drop'],
    name: 'CapturedLogins',
    optional: true,
  })
  logins?: 'keep' | 'drop';

  @Mapping({
    description:
      'Images by role, instead of those that the servers were made of: make one of a server first to keep what is on its system disk.',
    example: { web: 'my-web:1' },
    optional: true,
  })
  images?: Readonly<Record<string, unknown>>;
}
