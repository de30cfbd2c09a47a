/** Names under which things are sold: server types by their own name, everything else by these. */

/** System disks and data disks. */
export const STORAGE_PRODUCT = 'storage.standard';
export const PUBLIC_IP_PRODUCT = 'ip.public';
