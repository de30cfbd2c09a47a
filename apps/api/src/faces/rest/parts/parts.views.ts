/** The parts of a VSYS as the REST API shows them. */
import {
  EFM_KINDS,
  PART_STATES,
  VNET_KINDS,
  WANTED_POWERS,
  type PartState,
  type ServerKind,
  type VNetKind,
  type WantedPower,
} from '@openvsys/vsys';
import { PageView } from '../../../http/paging.js';
import { Choice, Flag, Instant, ListOf, Text, Whole } from '../../../http/fields.js';

abstract class PartView {
  @Text({ description: 'The VSYS it belongs to.', example: 'DEMO0001-7K2M9QXPA' })
  vsysId!: string;

  @Text({ description: 'Name in the descriptor.', example: 'web-1' })
  name!: string;

  @Choice({
    description: 'What it is doing now, as last seen.',
    example: 'running',
    of: PART_STATES,
    name: 'PartState',
  })
  state!: PartState;

  @Text({
    description: 'Why it is so, when that is not obvious.',
    example: null,
    nullable: true,
    maxLength: 2_000,
  })
  reason!: string | null;
}

export class NicView {
  @Text({ description: 'Id of the network card.', example: 'DEMO0001-7K2M9QXPA-S-0003-E-0' })
  id!: string;

  @Whole({ description: 'Device number in the server.', example: 0 })
  device!: number;

  @Text({
    description: 'The VNet it is on; null: the external network, by which an appliance reaches the outside.',
    example: 'DEMO0001-7K2M9QXPA-N-DMZ',
    nullable: true,
  })
  vnetId!: string | null;

  @Text({ description: 'Hardware address.', example: '02:6f:76:00:00:01' })
  mac!: string;

  @Text({ description: 'The only address it may use.', example: '10.1.1.10' })
  ipv4!: string;

  @Text({
    description: 'The only IPv6 address it may use; null: its network has none.',
    example: 'fd12:3456:789a:1::a01:10a',
    nullable: true,
  })
  ipv6!: string | null;

  @Choice({ description: 'As last seen.', example: 'ready', of: PART_STATES, name: 'PartState' })
  state!: PartState;
}

export class VServerView extends PartView {
  @Text({
    description: 'Id; also the name label of the VM in the pool.',
    example: 'DEMO0001-7K2M9QXPA-S-0003',
  })
  id!: string;

  @Choice({
    description: 'What it is for.',
    example: 'server',
    of: ['server', ...EFM_KINDS],
    name: 'ServerKind',
  })
  kind!: ServerKind;

  @Text({
    description: 'Servers of one role are kept on different hosts as far as possible.',
    example: 'web',
  })
  role!: string;

  @Text({ description: 'Server type: what is billed.', example: 'standard.small' })
  type!: string;

  @Whole({ description: 'Virtual processors.', example: 1 })
  vcpus!: number;

  @Whole({ description: 'Memory in MiB.', example: 2048 })
  memoryMiB!: number;

  @Text({ description: 'Image of the system disk.', example: 'debian-13' })
  image!: string;

  @Whole({ description: 'System disk in GiB.', example: 4 })
  systemDiskGiB!: number;

  @Choice({
    description: 'Wanted power state.',
    example: 'running',
    of: WANTED_POWERS,
    name: 'WantedPower',
  })
  power!: WantedPower;

  @Whole({
    description: 'Virtual processors that it can have without a restart; null: as many as it has.',
    example: null,
    nullable: true,
  })
  headroomVcpus!: number | null;

  @Whole({
    description: 'Memory in MiB that it can have without a restart; null: as much as it has.',
    example: null,
    nullable: true,
  })
  headroomMemoryMiB!: number | null;

  @Text({
    description: 'Image of the rescue system that it boots from instead of its own; null: its own.',
    example: null,
    nullable: true,
  })
  rescue!: string | null;

  @Text({ description: 'Host it runs on; only shown to the provider.', example: null, nullable: true })
  host!: string | null;

  @Instant({
    description:
      'When it was made anew because it had vanished from the pool; what was in it before is gone. Null: never.',
    nullable: true,
  })
  contentsLostAt!: Date | null;

  @ListOf({ description: 'Its network cards.' }, () => NicView)
  nics!: readonly NicView[];
}

export class VDiskView extends PartView {
  @Text({ description: 'Id.', example: 'DEMO0001-7K2M9QXPA-D-0001' })
  id!: string;

  @Whole({ description: 'Size in GiB.', example: 20 })
  sizeGiB!: number;

  @Text({
    description: 'Server it is attached to, or null.',
    example: 'DEMO0001-7K2M9QXPA-S-0005',
    nullable: true,
  })
  vserverId!: string | null;

  @Whole({
    description: 'Among those who wait for the storage: 0 comes first, 7 last; null: as the storage has it.',
    example: null,
    nullable: true,
  })
  priority!: number | null;

  @Instant({
    description:
      'When it was made anew because it had vanished from the pool; what was in it before is gone. Null: never.',
    nullable: true,
  })
  contentsLostAt!: Date | null;
}

export class VNetView extends PartView {
  @Text({ description: 'Id.', example: 'DEMO0001-7K2M9QXPA-N-DMZ' })
  id!: string;

  @Text({ description: 'IPv4 network.', example: '10.1.1.0/24' })
  cidr!: string;

  @Text({
    description: 'IPv6 network; null: none.',
    example: 'fd12:3456:789a:1::/64',
    nullable: true,
  })
  range6!: string | null;

  @Flag({ description: 'The range was chosen from the address space of the VDC.', example: false })
  autoRange!: boolean;

  @Choice({
    description: 'vlan: on all hosts. private: within one host. tunnel: on all hosts without a VLAN.',
    example: 'vlan',
    of: VNET_KINDS,
    name: 'VNetKind',
  })
  kind!: VNetKind;

  @Whole({
    description: '802.1Q tag in the pool; null for kinds that need none.',
    example: 100,
    nullable: true,
  })
  vlan!: number | null;

  @Whole({ description: 'Bytes of the largest packet.', example: 1500 })
  mtu!: number;
}

export class PublicIpView extends PartView {
  @Text({ description: 'Id.', example: 'DEMO0001-7K2M9QXPA-P-0001' })
  id!: string;

  @Text({ description: 'The public address.', example: '203.0.113.10' })
  address!: string;

  @Text({
    description: 'The address belongs to the VDC and outlives the system; null: it goes with the system.',
    example: null,
    nullable: true,
  })
  allocationId!: string | null;

  @Text({
    description: 'The EFM that answers for it, or null.',
    example: 'DEMO0001-7K2M9QXPA-S-0001',
    nullable: true,
  })
  vserverId!: string | null;
}

export class VServerPage extends PageView {
  @ListOf({ description: 'Servers in the order of their ids.' }, () => VServerView)
  items!: readonly VServerView[];
}

export class VDiskPage extends PageView {
  @ListOf({ description: 'Disks in the order of their ids.' }, () => VDiskView)
  items!: readonly VDiskView[];
}

export class VNetPage extends PageView {
  @ListOf({ description: 'Networks in the order of their ids.' }, () => VNetView)
  items!: readonly VNetView[];
}

export class PublicIpPage extends PageView {
  @ListOf({ description: 'Public addresses in the order of their ids.' }, () => PublicIpView)
  items!: readonly PublicIpView[];
}

export class InitialPasswordView {
  @Text({ description: 'The account.', example: 'admin' })
  user!: string;

  @Text({ description: 'Its first password.', example: 'kX7mQ2vRt9WbNz4PcHsY' })
  password!: string;
}
