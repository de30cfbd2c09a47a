/**
 * The image of a config drive: a file system with the first-boot files of a server (NoCloud: `user-data`, `meta-data`,
 * `network-config`), found by its label `cidata`. Written as ISO 9660 (ECMA-119) with a Joliet directory for the true
 * names: guests mount it from any block device, and it is read-only by nature.
 *
 *   sector 0…15 unused · 16 primary volume · 17 Joliet volume · 18 end · 19…22 path tables · directories · files
 *
 * The same files give the same bytes: no dates, no chance.
 */
import { DomainError } from '@openvsys/vsys';
import {
  directoryBytes,
  pathTable,
  SECTOR,
  sectorsFor,
  TERMINATOR,
  volumeDescriptor,
  type IsoFile,
} from './iso-structures.js';

/** The label by which cloud-init finds the drive. */
export const CONFIG_DRIVE_LABEL = 'cidata';
/** cloud-init itself has no bound; ours keeps the drive far below the smallest disk a pool makes. */
export const MAX_CONFIG_FILE_BYTES = 64 * 1024;
export const MAX_CONFIG_FILES = 16;

const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const FIRST_FREE_SECTOR = 23;

function contentOf(name: string, text: string): Uint8Array {
  if (!FILE_NAME.test(name)) {
    throw new DomainError('invalid-parameter', 'A file of a config drive has a name that cannot be used.', {
      pointer: `/configDrive/files/${name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`,
      remedy:
        'Use letters, digits, `.`, `-` and `_`, at most 64 characters, beginning with a letter or digit.',
    });
  }
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= MAX_CONFIG_FILE_BYTES) return bytes;
  throw new DomainError(
    'too-large',
    `The file “${name}” of a config drive has more than ${MAX_CONFIG_FILE_BYTES} bytes.`,
    { pointer: `/configDrive/files/${name}`, details: { limit: MAX_CONFIG_FILE_BYTES, used: bytes.length } },
  );
}

/** Names of the plain ISO 9660 directory: upper case, 8.3, unique by number. Guests that know Joliet never show them. */
const plainName = (index: number): Uint8Array =>
  Buffer.from(`FILE${String(index).padStart(4, '0')}.;1`, 'ascii');

/** Joliet names are UCS-2, big-endian. */
const jolietName = (name: string): Uint8Array => Buffer.from(name, 'utf16le').swap16();

interface Placed {
  readonly name: string;
  readonly content: Uint8Array;
  readonly sector: number;
}

/** Empty files own no sector but still have a place that exists. */
function place(contents: readonly (readonly [string, Uint8Array])[], first: number): Placed[] {
  let sector = first;
  return contents.map(([name, content]) => {
    const placed = { name, content, sector };
    sector += sectorsFor(content.length);
    return placed;
  });
}

const plain = (placed: readonly Placed[]): IsoFile[] =>
  placed.map(({ sector, content }, index) => ({ name: plainName(index), sector, bytes: content.length }));

const joliet = (placed: readonly Placed[]): IsoFile[] =>
  placed.map(({ name, sector, content }) => ({ name: jolietName(name), sector, bytes: content.length }));

function imageOf(contents: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  // The lengths of the directories do not depend on where the files are, so they are measured first.
  const measured = place(contents, 0);
  const plainRoot = { sector: FIRST_FREE_SECTOR, bytes: directoryBytes(plain(measured), 0).length };
  const jolietRoot = {
    sector: plainRoot.sector + sectorsFor(plainRoot.bytes),
    bytes: directoryBytes(joliet(measured), 0).length,
  };
  const firstFile = jolietRoot.sector + sectorsFor(jolietRoot.bytes);
  const placed = place(contents, firstFile);
  const last = placed.at(-1);
  const sectors = last === undefined ? firstFile : last.sector + sectorsFor(last.content.length);
  const image = Buffer.alloc(sectors * SECTOR);
  const write = (sector: number, bytes: Uint8Array): void => image.set(bytes, sector * SECTOR);
  const label = CONFIG_DRIVE_LABEL;
  write(16, volumeDescriptor({ kind: 'primary', label, sectors, pathTables: [19, 20], root: plainRoot }));
  write(17, volumeDescriptor({ kind: 'joliet', label, sectors, pathTables: [21, 22], root: jolietRoot }));
  write(18, TERMINATOR);
  write(19, pathTable(plainRoot.sector, 'little'));
  write(20, pathTable(plainRoot.sector, 'big'));
  write(21, pathTable(jolietRoot.sector, 'little'));
  write(22, pathTable(jolietRoot.sector, 'big'));
  write(plainRoot.sector, directoryBytes(plain(placed), plainRoot.sector));
  write(jolietRoot.sector, directoryBytes(joliet(placed), jolietRoot.sector));
  for (const { sector, content } of placed) write(sector, content);
  return image;
}

/**
 * The bytes of the drive, a multiple of 2,048. Throws `invalid-parameter` for a name that cannot be used,
 * `too-large` for a file above 64 KiB or more than 16 files.
 */
export function buildConfigDrive(files: Readonly<Record<string, string>>): Uint8Array {
  const contents = Object.entries(files)
    .map(([name, text]) => [name, contentOf(name, text)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (contents.length <= MAX_CONFIG_FILES) return imageOf(contents);
  throw new DomainError('too-large', `A config drive holds at most ${MAX_CONFIG_FILES} files.`, {
    pointer: '/configDrive/files',
    details: { limit: MAX_CONFIG_FILES, used: contents.length },
  });
}
