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

export class ImageView {
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

export class ImagePage extends PageView {
  @ListOf({ description: 'By name.' }, () => ImageView)
  items!: readonly ImageView[];
}

export class PricePage extends PageView {
  @ListOf({ description: 'By product, dimension and begin.' }, () => PriceView)
  items!: readonly PriceView[];
}

export class ZonePage extends PageView {
  @ListOf({ description: 'By name.' }, () => ZoneView)
  items!: readonly ZoneView[];
}
