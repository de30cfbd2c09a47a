/** Pools: only for the provider. */
import { POOL_CAPABILITIES, type PoolCapability } from '@openvsys/vsys';
import { Choices, Flag, Instant, ListOf, Nested, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
import { PageView } from '../../../http/paging.js';

export class PoolHostView {
  @Uuid({ description: 'Uuid of the host.' })
  uuid!: string;

  @Text({ description: 'Name.', example: 'xcp-1' })
  name!: string;

  @Whole({ description: 'Processors.', example: 16 })
  cpus!: number;

  @Whole({ description: 'Memory in MiB.', example: 65_536 })
  memoryMiB!: number;

  @Whole({ description: 'Free memory in MiB.', example: 40_960 })
  freeMemoryMiB!: number;

  @Flag({ description: 'Servers may be started on it.', example: true })
  available!: boolean;

  @Instant({ description: 'When it was seen so.' })
  seenAt!: Date;
}

export class PoolSrView {
  @Uuid({ description: 'Uuid of the storage repository.' })
  uuid!: string;

  @Text({ description: 'Name.', example: 'nfs-1' })
  name!: string;

  @Text({ description: 'Kind of storage.', example: 'nfs' })
  type!: string;

  @Flag({ description: 'All hosts can use it.', example: true })
  shared!: boolean;

  @Whole({ description: 'Size in GiB.', example: 2_000 })
  sizeGiB!: number;

  @Whole({ description: 'Free GiB.', example: 1_500 })
  freeGiB!: number;

  @Text({
    description: 'Disk class that the provider gave it; null: standard.',
    example: 'fast',
    nullable: true,
  })
  diskClass!: string | null;
}

export class PoolMemberView {
  @Uuid({ description: 'Uuid of the host.' })
  uuid!: string;

  @Text({ description: 'Name.', example: 'xcp-1' })
  name!: string;

  @Text({ description: 'Address that the pool gives for it.', example: '10.0.0.11' })
  address!: string;

  @Text({ description: 'The same as URL.', example: 'https://10.0.0.11' })
  url!: string;

  @Flag({ description: 'It leads the pool.', example: true })
  isCoordinator!: boolean;

  @Flag({ description: 'The pool hears of it.', example: true })
  isLive!: boolean;

  @Flag({ description: 'Servers may be started on it.', example: true })
  isEnabled!: boolean;

  @Flag({ description: 'It was emptied for maintenance.', example: false })
  inMaintenance!: boolean;

  @Text({ description: 'SHA-256 fingerprint of its certificate.', example: null, nullable: true })
  fingerprint!: string | null;
}

export class PoolDescriptionView {
  @Uuid({ description: 'Uuid of the pool: the same whichever host is asked.' })
  uuid!: string;

  @Text({ description: 'Name that the pool gives itself.', example: 'xcp', maxLength: 1_000 })
  name!: string;

  @Text({ description: 'Product.', example: 'XCP-ng' })
  product!: string;

  @Text({ description: 'Version of the product.', example: '8.3.0' })
  version!: string;

  @Text({ description: 'Version of the XenAPI.', example: '2.21' })
  apiVersion!: string;

  @Choices({
    description: 'What not every pool can.',
    example: ['live-migration'],
    of: POOL_CAPABILITIES,
    name: 'PoolCapability',
  })
  capabilities!: readonly PoolCapability[];

  @ListOf({ description: 'Hosts.' }, () => PoolMemberView)
  members!: readonly PoolMemberView[];
}

export class PoolView {
  @Uuid({ description: 'Id.' })
  id!: string;

  @Uuid({ description: 'Zone.' })
  zoneId!: string;

  @Text({ description: 'Name.', example: 'pool-1' })
  name!: string;

  @Texts({ description: 'Addresses of its hosts.', example: ['https://10.0.0.11'] })
  urls!: readonly string[];

  @Flag({ description: 'Workers serve it.', example: true })
  enabled!: boolean;

  @Whole({ description: 'First VLAN of ours.', example: 100 })
  vlanFirst!: number;

  @Whole({ description: 'Last VLAN of ours.', example: 3_999 })
  vlanLast!: number;

  @Text({ description: 'Worker that serves it now.', example: 'worker-1', nullable: true })
  leaseOwner!: string | null;

  @Instant({ description: 'Until when it does, unless renewed.', nullable: true })
  leaseUntil!: Date | null;

  @Text({ description: 'Why it is not served.', example: null, nullable: true, maxLength: 2_000 })
  reason!: string | null;

  @Flag({ description: 'No new system is placed on it.', example: false })
  draining!: boolean;

  @Nested({ description: 'What it is, as it was seen last.', nullable: true }, () => PoolDescriptionView)
  description!: PoolDescriptionView | null;

  @Instant({ description: 'When it was looked at.', nullable: true })
  describedAt!: Date | null;

  @ListOf({ description: 'Hosts.' }, () => PoolHostView)
  hosts!: readonly PoolHostView[];

  @ListOf({ description: 'Storage repositories.' }, () => PoolSrView)
  srs!: readonly PoolSrView[];
}

export class PoolPage extends PageView {
  @ListOf({ description: 'By name.' }, () => PoolView)
  items!: readonly PoolView[];
}
