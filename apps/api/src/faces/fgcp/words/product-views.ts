/** Dimensions of usage as the protocol's products, and prices as its product master. */
import type { PriceRecord } from '@openvsys/persistence';
import type { UsageDimension } from '@openvsys/vsys';

interface ProductWords {
  /** Before it stands what was bought, where several things are. */
  readonly service: string;
  readonly unit: string;
  readonly category: string;
}

const HOUR = 'Hour';
const GB_HOUR = 'GB*Hour';

export const PRODUCT_WORDS: Readonly<Record<UsageDimension, ProductWords>> = {
  'vserver-running': { service: 'VM Service', unit: HOUR, category: 'VM' },
  'vserver-stopped': { service: 'VM Service (stopped)', unit: HOUR, category: 'VM' },
  vcpu: { service: 'CPU Service', unit: HOUR, category: 'VM' },
  'memory-mib': { service: 'Memory Service', unit: 'MB*Hour', category: 'VM' },
  'system-disk-gib': { service: 'System Disk Service', unit: GB_HOUR, category: 'DISK' },
  'vdisk-gib': { service: 'Disk Expansion Service', unit: GB_HOUR, category: 'DISK' },
  'snapshot-gib': { service: 'Snapshot Service', unit: GB_HOUR, category: 'DISK' },
  'backup-gib': { service: 'System Backup Service', unit: GB_HOUR, category: 'DISK' },
  'image-gib': { service: 'VM Image Storage Service', unit: GB_HOUR, category: 'IMAGE' },
  'efm-running': { service: 'Service', unit: HOUR, category: 'EFM' },
  'public-ip': { service: 'Global IP Address Service', unit: HOUR, category: 'NETWORK' },
  licence: { service: 'License Service', unit: HOUR, category: 'SOFTWARE' },
  'network-out': { service: 'Internet Communication Service', unit: 'GB', category: 'NETWORK' },
};

/** Those of which there is one kind only. */
const SINGLE: readonly UsageDimension[] = [
  'system-disk-gib',
  'vdisk-gib',
  'snapshot-gib',
  'backup-gib',
  'image-gib',
  'public-ip',
  'network-out',
];

export const productName = (dimension: UsageDimension, product: string): string =>
  SINGLE.includes(dimension)
    ? PRODUCT_WORDS[dimension].service
    : `${product} ${PRODUCT_WORDS[dimension].service}`;

const isDimension = (text: string): text is UsageDimension => Object.hasOwn(PRODUCT_WORDS, text);

export function productView({ product, dimension, amount, tiers }: PriceRecord) {
  const words = isDimension(dimension) ? PRODUCT_WORDS[dimension] : undefined;
  return {
    categoryCode: words?.category ?? 'OTHER',
    categoryName: words?.service ?? dimension,
    chargeType: 'amount',
    displayUnitName: words?.unit ?? HOUR,
    productName: isDimension(dimension) ? productName(dimension, product) : product,
    unitName: words?.unit ?? HOUR,
    unitPrice: amount,
    unitRoundType: 'none',
    unitVolume: 1,
    variables:
      tiers.length === 0
        ? undefined
        : {
            variable: tiers.map((tier, index) => ({
              addition: 0,
              freeAmount: 0,
              limit: tier.from,
              rateName: `rate${index + 1}`,
              unitPrice: tier.amount,
            })),
          },
  };
}
