/** A raw disk image: the bytes as they are. */
import { corrupt } from './image-error.js';
import {
  blockLength,
  DISK_BLOCK,
  isZero,
  SECTOR,
  type DiskImage,
  type RandomAccess,
} from './random-access.js';

/** Throws `invalid-parameter` when the length is no whole number of sectors. */
export function openRawDisk(file: RandomAccess): DiskImage {
  if (file.size === 0) throw corrupt('it is empty');
  if (file.size % SECTOR !== 0) throw corrupt('its length is no whole number of sectors');
  return {
    virtualBytes: file.size,
    readBlock: async (index) => {
      const length = blockLength(file.size, index);
      if (file.isEmpty(index * DISK_BLOCK, length)) return undefined;
      const bytes = await file.read(index * DISK_BLOCK, length);
      return isZero(bytes) ? undefined : bytes;
    },
  };
}
