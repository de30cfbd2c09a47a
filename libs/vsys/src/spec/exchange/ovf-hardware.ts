/** The virtual hardware of an OVF system (DSP0243; resource types of CIM_ResourceAllocationSettingData). */
import { attributeOf, childOf, childrenOf, textOf, type ImportNote, type XmlSource } from './xml-source.js';

export interface OvfHardware {
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Names of networks, one for each NIC; undefined: connected to nothing. */
  readonly networks: readonly (string | undefined)[];
  /** GiB, in order; the first is the system's. */
  readonly disks: readonly OvfDisk[];
}

export interface OvfDisk {
  readonly sizeGiB: number;
  /** A file has its contents. */
  readonly isFilled: boolean;
}

const CPU = '3';
const MEMORY = '4';
const NETWORK = '10';
const DISKS: ReadonlySet<string> = new Set(['17', '31']);
/** Controllers, drives for removable media, screens: every server has what it needs of these. */
const ALWAYS_THERE: ReadonlySet<string> = new Set(['5', '6', '9', '13', '14', '15', '16', '20', '23', '24']);
const BYTES_PER_GIB = 2 ** 30;
const BYTES_PER_MIB = 2 ** 20;

/** `envelope` has the disks. */
export function ovfHardware(
  system: XmlSource,
  envelope: XmlSource,
  place: string,
  notes: ImportNote[],
): OvfHardware {
  const section = childOf(system, 'VirtualHardwareSection');
  const items = childrenOf(section, 'Item', 'StorageItem', 'EthernetPortItem').filter(
    // Alternatives for other configurations than the default one.
    (item) => attributeOf(item, 'configuration') === undefined,
  );
  const ofType = (...types: readonly string[]) =>
    items.filter((item) => types.includes(textOf(item, 'ResourceType') ?? ''));
  for (const item of items) {
    const type = textOf(item, 'ResourceType') ?? '';
    if ([CPU, MEMORY, NETWORK].includes(type) || DISKS.has(type) || ALWAYS_THERE.has(type)) continue;
    const title = textOf(item, 'ElementName') ?? `type ${type}`;
    notes.push({ place, message: `The device “${title}” is left out.` });
  }
  const [memory] = ofType(MEMORY);
  return {
    cpus: quantity(ofType(CPU)[0], 1),
    memoryMiB: Math.ceil((quantity(memory, 1024) * memoryUnit(memory)) / BYTES_PER_MIB),
    networks: ofType(NETWORK).map((item) => textOf(item, 'Connection')),
    disks: ofType(...DISKS).flatMap((item) => diskOf(item, envelope, place, notes)),
  };
}

function diskOf(item: XmlSource, envelope: XmlSource, place: string, notes: ImportNote[]): OvfDisk[] {
  const id = /disk\/(.+)$/.exec(textOf(item, 'HostResource') ?? '')?.[1];
  const disk = childrenOf(childOf(envelope, 'DiskSection'), 'Disk').find(
    (each) => id !== undefined && attributeOf(each, 'diskId') === id,
  );
  if (disk === undefined) {
    notes.push({ place, message: 'A disk that the envelope does not describe is left out.' });
    return [];
  }
  const isFilled = attributeOf(disk, 'fileRef') !== undefined;
  const capacity = Number(attributeOf(disk, 'capacity') ?? '0');
  const bytes = capacity * unitBytes(attributeOf(disk, 'capacityAllocationUnits'), 1);
  return [{ sizeGiB: Math.max(1, Math.ceil(bytes / BYTES_PER_GIB) || 1), isFilled }];
}

function quantity(item: XmlSource | undefined, fallback: number): number {
  const value = Number(textOf(item, 'VirtualQuantity') ?? fallback);
  return Number.isFinite(value) && value > 0 ? value : fallback;
}

/** Without a unit old tools mean MiB. */
const memoryUnit = (item: XmlSource | undefined): number =>
  unitBytes(textOf(item, 'AllocationUnits'), BYTES_PER_MIB);

const WORDS: Readonly<Record<string, number>> = {
  byte: 1,
  bytes: 1,
  kilobytes: 2 ** 10,
  kb: 2 ** 10,
  megabytes: BYTES_PER_MIB,
  mb: BYTES_PER_MIB,
  gigabytes: BYTES_PER_GIB,
  gb: BYTES_PER_GIB,
};

/** Programmatic units of DSP0004 (`byte * 2^20`), and the words that came before them. */
export function unitBytes(unit: string | undefined, fallback: number): number {
  if (unit === undefined) return fallback;
  const power = /^byte\s*\*\s*(2|10)\s*\^\s*([0-9]{1,2})$/i.exec(unit.trim());
  if (power !== null) return Number(power[1]) ** Number(power[2]);
  return WORDS[unit.trim().toLowerCase()] ?? fallback;
}
