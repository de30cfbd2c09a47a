/** Reads the files of a drive as a guest's kernel does: the Joliet directory of ISO 9660 (ECMA-119, Joliet specification). */

const SECTOR = 2048;
/** The second volume descriptor; the first one has the short names. */
const JOLIET_SECTOR = 17;
const LABEL_AT = 40;
const LABEL_BYTES = 32;
/** The directory record of the root within a volume descriptor. */
const ROOT_AT = 156;
/** Names of one byte are the folder itself and its parent. */
const FIRST_NAME_BYTES = 2;

export interface Iso {
  readonly label: string;
  readonly files: Readonly<Record<string, string>>;
}

export function readIso(image: Buffer): Iso {
  const volume = image.subarray(JOLIET_SECTOR * SECTOR, (JOLIET_SECTOR + 1) * SECTOR);
  if (volume.toString('ascii', 1, 6) !== 'CD001') throw new Error('the disk is no ISO 9660 with Joliet');
  const files: Record<string, string> = {};
  const root = extentOf(volume, ROOT_AT);
  for (let at = root.from; at < root.to;) {
    const length = image[at] ?? 0;
    if (length === 0) break;
    const nameBytes = image[at + 32] ?? 0;
    if (nameBytes >= FIRST_NAME_BYTES) {
      const { from, to } = extentOf(image, at);
      files[textOf(image.subarray(at + 33, at + 33 + nameBytes))] = image.toString('utf8', from, to);
    }
    at += length;
  }
  return { label: textOf(volume.subarray(LABEL_AT, LABEL_AT + LABEL_BYTES)).trim(), files };
}

/** Where the content of a directory record is, bytes. */
function extentOf(bytes: Buffer, record: number): { readonly from: number; readonly to: number } {
  const from = bytes.readUInt32LE(record + 2) * SECTOR;
  return { from, to: from + bytes.readUInt32LE(record + 10) };
}

/** UCS-2, big-endian. */
const textOf = (raw: Buffer): string => Buffer.from(raw).swap16().toString('utf16le').replaceAll('\0', '');
