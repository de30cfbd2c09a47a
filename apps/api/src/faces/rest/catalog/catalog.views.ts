/** What can be bought. */
import { PRICE_MINIMUMS, type PriceMinimum } from '@openvsys/metering';
import { Choice, Flag, Instant, ListOf, Text, Uuid, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

export class ServerTypeView {
  @Text({ description: 'Name, as descriptors use it.', example: 'standard.small' })
  name!: string;

  @Whole({ description: 'Virtual processors.', example: 1 })
  vcpus!: number;

  @Whole({ description: 'Memory in MiB.', example: 2048 })
  memoryMiB!: number;

  @Choice({
    description: 'For servers or for EFM appliances.',
    example: 'server',
    of: ['server', 'efm'],
    name: 'ServerTypeKind',
  })
  kind!: 'server' | 'efm';

  @Flag({ description: 'Not offered for new systems any more.', example: false })
  deprecated!: boolean;
}

/** A template of the pools that is offered. */
export class OfferedImageView {
  @Text({ description: 'Name, as descriptors use it.', example: 'debian-13' })
  name!: string;

  @Text({ description: 'Title.', example: 'Debian 13' })
  title!: string;

  @Text({ description: 'Operating system.', example: 'linux' })
  os!: string;

  @Whole({ description: 'System disk in GiB.', example: 4 })
  systemDiskGiB!: number;

  @Whole({ description: 'Memory that it needs at least, in MiB.', example: 512 })
  minMemoryMiB!: number;

  @Choice({
    description: 'For servers or for EFM appliances.',
    example: 'server',
    of: ['server', 'efm'],
    name: 'ServerTypeKind',
  })
  kind!: 'server' | 'efm';

  @Flag({ description: 'Not offered for new systems any more.', example: false })
  deprecated!: boolean;
}

/** As descriptors may write it: words of small letters and digits, joined by dots or hyphens. */
const NAME = '^[a-z0-9]+(?:[.-][a-z0-9]+)*$';
const MAX_NAME = 63;
/** Of xapi's `VCPUs_max`, far above what hosts have. */
const MAX_VCPUS = 256;
/** 16 TiB. */
const MAX_MEMORY_MIB = 16_777_216;
/** A VHD holds 2 TiB less its own tables. */
const MAX_DISK_GIB = 2_040;

export class CreateServerTypeRequest {
  @Text({ description: 'Name.', example: 'standard.huge', pattern: NAME, maxLength: MAX_NAME })
  name!: string;

  @Whole({ description: 'Virtual processors.', example: 16, minimum: 1, maximum: MAX_VCPUS })
  vcpus!: number;

  @Whole({ description: 'Memory in MiB.', example: 65_536, minimum: 16, maximum: MAX_MEMORY_MIB })
  memoryMiB!: number;

  @Choice({
    description: 'For servers or for EFM appliances; for servers when not given.',
    example: 'server',
    of: ['server', 'efm'],
    name: 'ServerTypeKind',
    optional: true,
  })
  kind?: 'server' | 'efm';
}

export class ChangeServerTypeRequest {
  @Flag({ description: 'True: not offered for new systems any more.', example: true })
  deprecated!: boolean;
}

export class CreateImageRequest {
  @Text({
    description: 'Name; pools need a template that is called like it.',
    example: 'debian-14',
    pattern: NAME,
    maxLength: MAX_NAME,
  })
  name!: string;

  @Text({ description: 'Title.', example: 'Debian 14', minLength: 1, maxLength: 100 })
  title!: string;

  @Text({ description: 'Operating system.', example: 'linux', minLength: 1, maxLength: 40 })
  os!: string;

  @Whole({ description: 'System disk in GiB.', example: 4, minimum: 1, maximum: MAX_DISK_GIB })
  systemDiskGiB!: number;

  @Whole({
    description: 'Memory that it needs at least, in MiB.',
    example: 512,
    minimum: 16,
    maximum: MAX_MEMORY_MIB,
  })
  minMemoryMiB!: number;

  @Choice({
    description: 'For servers or for EFM appliances; for servers when not given.',
    example: 'server',
    of: ['server', 'efm'],
    name: 'ServerTypeKind',
    optional: true,
  })
  kind?: 'server' | 'efm';
}

export class PriceTierView {
  @Text({ description: 'From so many units of a month on.', example: '1000' })
  from!: string;

  @Text({ description: 'For one unit from there on, as an exact decimal.', example: '0.0180000000' })
  amount!: string;
}

export class PriceView {
  @Uuid({ description: 'Id of this version of the price.' })
  id!: string;

  @Text({ description: 'Product: a server type, an image’s disk, an address …', example: 'standard.small' })
  product!: string;

  @Text({ description: 'What of it is metered.', example: 'vserver-running' })
  dimension!: string;

  @Text({ description: 'ISO 4217 currency.', example: 'EUR' })
  currency!: string;

  @Text({
    description: 'For one unit (for one hour, when it is held), as an exact decimal.',
    example: '0.0240000000',
  })
  amount!: string;

  @Choice({
    description: 'Least time that is billed.',
    example: 'second',
    of: PRICE_MINIMUMS,
    name: 'PriceMinimum',
  })
  minimum!: PriceMinimum;

  @ListOf({ description: 'Other amounts from so many units of a month on, ascending.' }, () => PriceTierView)
  tiers!: readonly PriceTierView[];

  @Instant({ description: 'Valid from.' })
  validFrom!: Date;

  @Instant({ description: 'Valid until, or null.', nullable: true })
  validTo!: Date | null;
}

export class ZoneView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Text({ description: 'Name.', example: 'zone-1' })
  name!: string;
}

export class ServerTypePage extends PageView {
  @ListOf({ description: 'By name.' }, () => ServerTypeView)
  items!: readonly ServerTypeView[];
}

export class PricePage extends PageView {
  @ListOf({ description: 'By product, dimension and begin.' }, () => PriceView)
  items!: readonly PriceView[];
}

export class ZonePage extends PageView {
  @ListOf({ description: 'By name.' }, () => ZoneView)
  items!: readonly ZoneView[];
}
