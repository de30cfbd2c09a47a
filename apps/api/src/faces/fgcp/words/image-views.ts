/** Images and server types as answers show them. */
import type { ImageRecord, ServerTypeRecord } from '@openvsys/persistence';
import type { FgcpFields } from '../protocol/write-answer.js';
import { gigabytes } from './part-views.js';

/** What the provider sells, not a tenant. Eight characters, like contracts. */
export const PROVIDER = 'PROVIDER';

/** Positions for disks of a virtual machine, without the one of the system disk and the one of the drive. */
const MOST_DISKS = 14;
/** Of a virtual machine of the pool (XenAPI `VM.get_allowed_VIF_devices`). */
const MOST_NICS = 7;

/** Clients read from it how wide words are, how to log in, and the family of Linux. */
const osNameOf = ({ title }: Pick<ImageRecord, 'title'>): string =>
  /(32|64)bit/.test(title) ? title : `${title} 64bit (English)`;

export const imageView = (
  image: Pick<ImageRecord, 'name' | 'title' | 'systemDiskGiB'>,
  owner: string,
): FgcpFields => ({
  creatorName: owner,
  description: image.title,
  diskimageId: image.name,
  diskimageName: image.title,
  licenseInfo: '',
  osName: osNameOf(image),
  osType: 'hvm',
  registrant: owner,
  size: gigabytes(image.systemDiskGiB),
  softwares: '',
});

/** Inside the configuration of a server. */
export const imageSummary = (image: ImageRecord): FgcpFields => ({
  cpuBit: '64',
  id: image.name,
  numOfMaxDisk: MOST_DISKS,
  numOfMaxNic: MOST_NICS,
  serverApplication: '',
  serverCategory: 'GENERAL',
  softwares: {
    software: [
      {
        category: 'OS',
        id: image.name,
        license: '',
        name: osNameOf(image),
        officialVersion: '',
        patch: '',
        support: '',
        version: '',
      },
    ],
  },
  sysvolSize: gigabytes(image.systemDiskGiB),
});

/** Hours of the longest month: what estimates are made with. */
const HOURS_A_MONTH = 744;
const MIB_A_GIB = 1_024;

export interface HourlyPrice {
  readonly product: string;
  /** Decimal text; absent: it has none. */
  readonly amount: string | undefined;
}

export const serverTypeView = (type: ServerTypeRecord, { product, amount }: HourlyPrice): FgcpFields => ({
  chargeType: 'amount',
  comment: '',
  cpu: { cpuArch: 'IA', cpuPerf: '1.0', numOfCpu: type.vcpus },
  expectedUsage: HOURS_A_MONTH,
  id: type.name,
  label: type.name,
  memory: { memorySize: (type.memoryMiB / MIB_A_GIB).toFixed(1) },
  name: type.name,
  price: amount ?? '',
  productId: product,
  productName: product,
});
