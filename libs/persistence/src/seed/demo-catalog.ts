/** What the demonstration sells. Prices are invented; they only have to look like prices. */
import {
  BACKUP_PRODUCT,
  efmProduct,
  IMAGE_PRODUCT,
  PUBLIC_IP_PRODUCT,
  SNAPSHOT_PRODUCT,
  STORAGE_PRODUCT,
} from '@openvsys/metering';
import { EFM_KINDS, type UsageDimension } from '@openvsys/vsys';
import type { ImageRecord, ServerTypeRecord } from '../repositories/reads/catalog.reads.js';

const type = (
  name: string,
  vcpus: number,
  memoryGiB: number,
  kind: ServerTypeRecord['kind'] = 'server',
): ServerTypeRecord => ({ name, vcpus, memoryMiB: memoryGiB * 1024, kind, deprecated: false });

export const DEMO_SERVER_TYPES: readonly ServerTypeRecord[] = [
  type('standard.tiny', 1, 1),
  type('standard.small', 1, 2),
  type('standard.medium', 2, 4),
  type('standard.large', 4, 8),
  type('highmem.large', 4, 32),
  type('efm.small', 1, 1, 'efm'),
  type('efm.large', 2, 2, 'efm'),
];

const image = (
  facts: Omit<ImageRecord, 'kind' | 'deprecated'>,
  kind: ImageRecord['kind'] = 'server',
): ImageRecord => ({ ...facts, kind, deprecated: false });

export const DEMO_IMAGES: readonly ImageRecord[] = [
  image({ name: 'debian-13', title: 'Debian 13', os: 'linux', systemDiskGiB: 4, minMemoryMiB: 512 }),
  image({
    name: 'ubuntu-24.04',
    title: 'Ubuntu 24.04 LTS',
    os: 'linux',
    systemDiskGiB: 4,
    minMemoryMiB: 1024,
  }),
  image({
    name: 'windows-2025',
    title: 'Windows Server 2025',
    os: 'windows',
    systemDiskGiB: 40,
    minMemoryMiB: 2048,
  }),
  image(
    {
      name: 'openvsys-efm',
      title: 'OpenVSYS EFM appliance',
      os: 'linux',
      systemDiskGiB: 2,
      minMemoryMiB: 512,
    },
    'efm',
  ),
];

export interface DemoPrice {
  readonly product: string;
  readonly dimension: UsageDimension;
  /** EUR for one unit for one hour. */
  readonly amount: string;
}

export const DEMO_PRICES: readonly DemoPrice[] = [
  { product: 'standard.tiny', dimension: 'vserver-running', amount: '0.008' },
  { product: 'standard.small', dimension: 'vserver-running', amount: '0.015' },
  { product: 'standard.medium', dimension: 'vserver-running', amount: '0.03' },
  { product: 'standard.large', dimension: 'vserver-running', amount: '0.06' },
  { product: 'highmem.large', dimension: 'vserver-running', amount: '0.12' },
  ...EFM_KINDS.flatMap((kind): readonly DemoPrice[] => [
    { product: efmProduct(kind, 'efm.small'), dimension: 'efm-running', amount: '0.01' },
    { product: efmProduct(kind, 'efm.large'), dimension: 'efm-running', amount: '0.02' },
  ]),
  { product: STORAGE_PRODUCT, dimension: 'system-disk-gib', amount: '0.0001' },
  { product: STORAGE_PRODUCT, dimension: 'vdisk-gib', amount: '0.0001' },
  { product: BACKUP_PRODUCT, dimension: 'backup-gib', amount: '0.00004' },
  { product: SNAPSHOT_PRODUCT, dimension: 'snapshot-gib', amount: '0.00005' },
  { product: IMAGE_PRODUCT, dimension: 'image-gib', amount: '0.00005' },
  { product: PUBLIC_IP_PRODUCT, dimension: 'public-ip', amount: '0.004' },
];

/** Enough for the largest descriptor of the library several times over. */
export const DEMO_QUOTAS = [
  { resource: 'vsys', limit: 100 },
  { resource: 'vserver', limit: 1_000 },
  { resource: 'vcpu', limit: 4_000 },
  { resource: 'memory-mib', limit: 8 * 1024 * 1024 },
  { resource: 'storage-gib', limit: 100_000 },
  { resource: 'vnet', limit: 500 },
  { resource: 'public-ip', limit: 100 },
] as const;

/** TEST-NET-3 (RFC 5737): never routed, so a demonstration cannot collide with anybody. */
export const DEMO_PUBLIC_ADDRESSES: readonly string[] = Array.from(
  { length: 254 },
  (_, index) => `203.0.113.${index + 1}`,
);
