/** Pools: only for the provider. */
import { Flag, Instant, ListOf, Text, Texts, Uuid, Whole } from '../../../http/fields.js';
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

  @ListOf({ description: 'Hosts.' }, () => PoolHostView)
  hosts!: readonly PoolHostView[];

  @ListOf({ description: 'Storage repositories.' }, () => PoolSrView)
  srs!: readonly PoolSrView[];
}

export class PoolPage extends PageView {
  @ListOf({ description: 'By name.' }, () => PoolView)
  items!: readonly PoolView[];
}

export class RegisterPoolRequest {
  @Text({ description: 'Name.', example: 'pool-1', minLength: 1, maxLength: 60 })
  name!: string;

  @Uuid({ description: 'Zone; the only one when there is only one.', optional: true })
  zoneId?: string;

  @Texts({
    description: 'Addresses of its hosts; one is enough, the others are tried when it does not answer.',
    example: ['https://10.0.0.11'],
    minItems: 1,
    maxItems: 64,
  })
  urls!: readonly string[];

  @Text({ description: 'User.', example: 'root', minLength: 1 })
  username!: string;

  @Text({ description: 'Password; stored encrypted, never shown.', example: 'correct-horse', minLength: 1 })
  password!: string;

  @Text({
    description: 'SHA-256 fingerprint of the certificate that is trusted, as hexadecimal digits.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    optional: true,
  })
  certificateFingerprint?: string;

  @Whole({ description: 'First VLAN that we may use.', example: 100, minimum: 1, maximum: 4094 })
  vlanFirst!: number;

  @Whole({ description: 'Last VLAN that we may use.', example: 3_999, minimum: 1, maximum: 4094 })
  vlanLast!: number;
}
