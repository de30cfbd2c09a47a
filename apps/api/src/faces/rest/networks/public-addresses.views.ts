/** Public addresses of VDCs and of zones as the REST API shows and takes them. */
import { NAME_RULE } from './name-rule.js';
import { Choice, Instant, ListOf, Text, Uuid, Whole } from '../../../http/fields.js';
import { MayBeEmpty } from '../../../http/may-be-empty.decorator.js';
import { REPLACEMENTS, type Replacement } from '../../../use-cases/networks/attach-address.js';
import { FailureChoice } from '../parts/server-parts.requests.js';
import { IPV4 } from './networks.views.js';

export class AllocateAddressRequest {
  @Text({ description: 'Name, unique in the VDC.', example: 'shop-front', minLength: 1, maxLength: 64 })
  name!: string;
}

export class AllocatedAddressView {
  @Uuid({ description: 'Id.', example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11' })
  id!: string;

  @Uuid({ description: 'The VDC that holds it.', example: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c12' })
  vdcId!: string;

  @Text({ description: 'Name.', example: 'shop-front' })
  name!: string;

  @Text({ description: 'The address.', example: '203.0.113.10' })
  address!: string;

  @Text({
    description: 'The system that uses it, or is just giving it up.',
    example: 'DEMO0001-7K2M9QXPA',
    nullable: true,
  })
  vsysId!: string | null;

  @Text({ description: 'As what the system uses it.', example: 'DEMO0001-7K2M9QXPA-P-0001', nullable: true })
  publicIpId!: string | null;

  @Instant({ description: 'Held and metered since.', example: '2026-03-01T12:00:00.000Z' })
  createdAt!: Date;
}

export class AllocatedAddressList {
  @ListOf({ description: 'By name.' }, () => AllocatedAddressView)
  items!: readonly AllocatedAddressView[];
}

export class AttachAddressRequest extends FailureChoice {
  @Text({ description: 'The system, of the same VDC.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({
    description:
      'Name of the public address in the system. One that is there gets this address in place of its own, and its EFMs answer at it; another one is added.',
    example: 'www',
    pattern: NAME_RULE,
  })
  name!: string;
}

@MayBeEmpty()
export class DetachAddressRequest extends FailureChoice {
  @Choice({
    description:
      'What takes its place: `none` (refused while an EFM uses it), or `new`: an address that goes with the system.',
    example: 'none',
    of: REPLACEMENTS,
    name: 'AddressReplacement',
    optional: true,
  })
  replacement?: Replacement;
}

export class AddressRangeRequest {
  @Text({ description: 'First address.', example: '203.0.113.10', pattern: IPV4 })
  first!: string;

  @Text({ description: 'Last address.', example: '203.0.113.99', pattern: IPV4 })
  last!: string;
}

export class AddressRangeView {
  @Text({ description: 'First address.', example: '203.0.113.10' })
  first!: string;

  @Text({ description: 'Last address.', example: '203.0.113.99' })
  last!: string;

  @Whole({ description: 'Addresses from the first to the last.', example: 90 })
  total!: number;

  @Whole({ description: 'Nobody has them.', example: 71 })
  free!: number;

  @Whole({ description: 'Belong to a VDC, whether a system uses them or not.', example: 4 })
  allocated!: number;

  @Whole({ description: 'Systems answer at them.', example: 18 })
  attached!: number;
}

export class AddressRangeList {
  @ListOf({ description: 'Runs of addresses, in their order.' }, () => AddressRangeView)
  items!: readonly AddressRangeView[];
}
