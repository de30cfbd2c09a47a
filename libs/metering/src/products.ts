/** Names under which things are sold: server types by their own name, everything else by these. */

/** System disks and data disks, by their disk class. */
export const storageProduct = (diskClass = 'standard'): string => `storage.${diskClass}`;
export const STORAGE_PRODUCT = storageProduct();
export const BACKUP_PRODUCT = 'backup';
export const SNAPSHOT_PRODUCT = 'snapshot';
export const IMAGE_PRODUCT = 'image';
export const PUBLIC_IP_PRODUCT = 'ip.public';
export const VCPU_PRODUCT = 'vcpu';
export const MEMORY_PRODUCT = 'memory';
export const TRAFFIC_PRODUCT = 'traffic.internet';
/** An EFM is sold by what it does and how large it is, e.g. `firewall/efm.small`. */
export const efmProduct = (kind: string, type: string): string => `${kind}/${type}`;
