/** Units of CIMI: memory in KiB, capacity of disks and volumes in kilobytes of 1000. */
const BYTES_PER_GIB = 1_073_741_824;

export const kibOfMib = (mib: number): number => mib * 1_024;
export const mibOfKib = (kib: number): number => kib / 1_024;

/** Rounded down, so that the way back gives the same GiB. */
export const kilobytesOfGib = (gib: number): number => Math.floor((gib * BYTES_PER_GIB) / 1_000);
/** The next whole GiB that holds it. */
export const gibOfKilobytes = (kilobytes: number): number => Math.ceil((kilobytes * 1_000) / BYTES_PER_GIB);
