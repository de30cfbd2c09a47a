/** Address spaces and addresses as the REST API shows and takes them. */
import { Choice, Instant, ListOf, Text, Texts, Uuid, Whole } from '../../../http/fields.js';

export const IPV4 = String.raw`^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}$`;
/** A day: longer than anything that remembers an address. */
const MAX_REUSE_MINUTES = 1_440;
const MAX_SPACES = 16;
const ADDRESS_USES = ['gateway', 'nic', 'leaving', 'resting'] as const;

export class NetworkSettingsRequest {
  @Texts({
    description: 'Private IPv4 ranges from which those of VNets with `cidr: auto` are chosen, in this order.',
    example: ['10.0.0.0/8'],
    minItems: 1,
    maxItems: MAX_SPACES,
  })
  addressSpace!: string[];

  @Whole({
    description: 'Minutes for which an address that a server gave up is given to no other one; 0: at once.',
    example: 5,
    minimum: 0,
    maximum: MAX_REUSE_MINUTES,
  })
  reuseMinutes!: number;
}

export class NetworkSettingsView {
  @Uuid({ description: 'The VDC.', example: '01890a5d-ac96-774b-bcce-b302099a8057' })
  vdcId!: string;

  @Texts({ description: 'Ranges from which those of VNets are chosen.', example: ['10.0.0.0/8'] })
  addressSpace!: readonly string[];

  @Whole({ description: 'Minutes for which an address rests before another server gets it.', example: 5 })
  reuseMinutes!: number;
}

export class ReservationRequest {
  @Text({ description: 'First address.', example: '10.0.1.100', pattern: IPV4 })
  first!: string;

  @Text({
    description: 'Last address; without it only the first is reserved.',
    example: '10.0.1.119',
    pattern: IPV4,
    optional: true,
  })
  last?: string;

  @Text({ description: 'What for.', example: 'printers', optional: true })
  note?: string;
}

export class ReservationView {
  @Uuid({ description: 'Id.', example: '01890a5d-ac96-774b-bcce-b302099a8057' })
  id!: string;

  @Text({ description: 'The VNet.', example: 'DEMO0001-7K2M9QXPA-N-DMZ' })
  vnetId!: string;

  @Text({ description: 'First address.', example: '10.0.1.100' })
  first!: string;

  @Text({ description: 'Last address.', example: '10.0.1.119' })
  last!: string;

  @Text({ description: 'What for.', example: 'printers' })
  note!: string;

  @Instant({ description: 'Since when.', example: '2026-03-01T12:00:00.000Z' })
  createdAt!: Date;
}

export class AddressView {
  @Text({ description: 'Address.', example: '10.0.1.3' })
  address!: string;

  @Choice({
    description:
      'nic: a server has it. leaving: until its NIC is gone. resting: kept from other servers for a while.',
    example: 'nic',
    of: ADDRESS_USES,
    name: 'AddressUse',
  })
  use!: (typeof ADDRESS_USES)[number];

  @Text({ description: 'Name of the server that has or had it.', example: 'web-1', nullable: true })
  server!: string | null;

  @Instant({ description: 'When it is free, if that is known.', example: null, nullable: true })
  until!: Date | null;
}

export class NetworkAddressesView {
  @Text({ description: 'The VNet.', example: 'DEMO0001-7K2M9QXPA-N-DMZ' })
  vnetId!: string;

  @Text({ description: 'Its range.', example: '10.0.1.0/24' })
  cidr!: string;

  @Text({ description: 'Its first address, the firewall\u2019s.', example: '10.0.1.1' })
  gateway!: string;

  @Whole({ description: 'Addresses for network cards.', example: 253 })
  total!: number;

  @Whole({ description: 'Those that a new network card could get now.', example: 247 })
  free!: number;

  @Text({ description: 'The one that it would get.', example: '10.0.1.4', nullable: true })
  nextFree!: string | null;

  @ListOf({ description: 'Addresses that somebody has or had lately.' }, () => AddressView)
  addresses!: readonly AddressView[];

  @ListOf({ description: 'Reserved ones.' }, () => ReservationView)
  reservations!: readonly ReservationView[];
}
