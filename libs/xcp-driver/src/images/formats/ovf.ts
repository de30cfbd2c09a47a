/**
 * An OVF descriptor (DSP0243): the files, the disks in them, and the hardware of the one machine that it describes.
 * Names of its authors are hostile: files are plain names, numbers are bounded, anything unknown is passed over.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { corrupt, quoted, unsupported } from './image-error.js';

/** Descriptors of appliances have some tens of KiB. */
export const MAX_OVF_BYTES = 2 * 2 ** 20;
const MAX_DEPTH = 40;
const MAX_ELEMENTS = 50_000;
const MAX_FILES = 100;

export interface OvfMachine {
  readonly name: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly firmware: 'bios' | 'uefi';
  /** What the author calls its operating system; for people. */
  readonly system: string;
  /** In the order in which the machine has them. */
  readonly disks: readonly OvfDisk[];
}

export interface OvfDisk {
  readonly id: string;
  /** Plain name of its file; null for a disk that begins empty. */
  readonly file: string | null;
  readonly isGzipped: boolean;
  /** Virtual size, bytes; null when only the file knows. */
  readonly capacityBytes: number | null;
}

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

/** Local names only: writers disagree about the namespaces of attributes. */
function parseTree(text: string): Element {
  if (Buffer.byteLength(text) > MAX_OVF_BYTES) throw corrupt('its descriptor is too long');
  const parser = new SaxesParser({ xmlns: true });
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' };
  const stack = [root];
  let count = 0;
  parser.on('doctype', () => {
    throw corrupt('its descriptor has a document type');
  });
  parser.on('error', () => {
    throw corrupt('its descriptor is no XML');
  });
  parser.on('opentag', (tag: SaxesTagNS) => {
    count += 1;
    if (stack.length > MAX_DEPTH || count > MAX_ELEMENTS) throw corrupt('its descriptor is too complicated');
    const attributes = new Map(Object.values(tag.attributes).map(({ local, value }) => [local, value]));
    const element: Element = { name: tag.local, attributes, children: [], text: '' };
    stack.at(-1)?.children.push(element);
    stack.push(element);
  });
  parser.on('text', (more) => {
    const top = stack.at(-1);
    if (top !== undefined) top.text += more;
  });
  parser.on('closetag', () => void stack.pop());
  parser.write(text).close();
  const [envelope] = root.children;
  if (envelope?.name !== 'Envelope') throw corrupt('its descriptor is no OVF envelope');
  return envelope;
}

const children = (element: Element | undefined, name: string): readonly Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];
const child = (element: Element | undefined, name: string): Element | undefined => children(element, name)[0];
const textOf = (element: Element | undefined, name: string): string =>
  child(element, name)?.text.trim() ?? '';

/** A name that can only be a file beside the descriptor. Throws `invalid-parameter` for paths and tricks. */
export function checkedFileName(text: string): string {
  const isPlain =
    text.length > 0 &&
    text.length <= 255 &&
    !/[/\\:*?"<>|%]|\p{Cc}/u.test(text) &&
    !text.startsWith('.') &&
    text.trim() === text;
  if (!isPlain) throw corrupt(`the file name ${quoted(text)} is not allowed`);
  return text;
}

/** `byte`, `byte * 2^30`, `MegaBytes` … as bytes (DSP0243, programmatic units; old writers use words). */
function unitBytes(unit: string): number {
  const power = /^byte(?:s)?(?:\s*\*\s*2\s*\^\s*(\d{1,2}))?$/i.exec(unit.trim());
  if (power !== null) return 2 ** Number(power[1] ?? 0);
  const words: Readonly<Record<string, number>> = {
    '': 1,
    kilobytes: 2 ** 10,
    megabytes: 2 ** 20,
    gigabytes: 2 ** 30,
  };
  const factor = words[unit.trim().toLowerCase()];
  if (factor === undefined) throw corrupt(`the unit ${quoted(unit)} is not known`);
  return factor;
}

function bounded(text: string, most: number, what: string): number {
  const number = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(number >= 1 && number <= most)) throw corrupt(`${what} is impossible`);
  return number;
}

interface FileReference {
  readonly name: string;
  readonly isGzipped: boolean;
}

function filesOf(envelope: Element): ReadonlyMap<string, FileReference> {
  const files = children(child(envelope, 'References'), 'File');
  if (files.length > MAX_FILES) throw corrupt('it has too many files');
  return new Map(
    files.map(({ attributes }) => {
      const compression = attributes.get('compression') ?? '';
      if (attributes.has('chunkSize'))
        throw unsupported('its files are cut into chunks', 'Export it without chunks.');
      if (!['', 'identity', 'gzip'].includes(compression))
        throw unsupported(`its files are compressed with ${quoted(compression)}`, 'Use gzip or none.');
      const name = checkedFileName(attributes.get('href') ?? '');
      return [attributes.get('id') ?? '', { name, isGzipped: compression === 'gzip' }];
    }),
  );
}

/** Largest size of anything, bytes; above it the text is nonsense. */
const MOST_BYTES = 2 ** 50;

function disksOf(envelope: Element, files: ReadonlyMap<string, FileReference>): ReadonlyMap<string, OvfDisk> {
  const found = new Map<string, OvfDisk>();
  for (const { attributes } of children(child(envelope, 'DiskSection'), 'Disk')) {
    const disk = diskOf(attributes, files);
    if (found.has(disk.id)) throw corrupt(`the disk ${quoted(disk.id)} is described twice`);
    found.set(disk.id, disk);
  }
  return found;
}

function diskOf(attributes: Element['attributes'], files: ReadonlyMap<string, FileReference>): OvfDisk {
  const id = attributes.get('diskId') ?? '';
  const reference = attributes.get('fileRef');
  if (attributes.has('parentRef'))
    throw unsupported('a disk is the difference to another one', 'Merge the disks first.');
  const capacityBytes = capacityOf(attributes);
  if (reference === undefined) {
    if (capacityBytes === null) throw corrupt(`the disk ${quoted(id)} has no size`);
    return { id, file: null, isGzipped: false, capacityBytes };
  }
  const file = files.get(reference);
  if (file === undefined) throw corrupt(`the disk ${quoted(id)} is in a file that is not listed`);
  return { id, file: file.name, isGzipped: file.isGzipped, capacityBytes };
}

/** A capacity may be a reference to a property; then only the file knows. */
function capacityOf(attributes: Element['attributes']): number | null {
  const capacity = attributes.get('capacity') ?? '';
  if (!/^\d+$/.test(capacity)) return null;
  const unit = unitBytes(attributes.get('capacityAllocationUnits') ?? 'byte');
  const bytes = bounded(capacity, MOST_BYTES, 'the size of a disk') * unit;
  if (bytes > MOST_BYTES) throw corrupt('the size of a disk is impossible');
  return bytes;
}

/** CIM resource types: processor, memory, disk drive. */
const RESOURCE = { cpu: '3', memory: '4', disk: '17' } as const;

const itemsOf = (hardware: Element | undefined, type: string): readonly Element[] =>
  [...children(hardware, 'Item'), ...children(hardware, 'StorageItem')].filter(
    (item) => textOf(item, 'ResourceType') === type,
  );

/** The disks that the machine uses; those that it never mentions are left out. */
function attachedDisks(hardware: Element | undefined, disks: ReadonlyMap<string, OvfDisk>): OvfDisk[] {
  const items = itemsOf(hardware, RESOURCE.disk).map((item) => ({
    // Controllers come first, then the place at the controller.
    order: [textOf(item, 'Parent'), textOf(item, 'AddressOnParent')].map((text) => Number(text) || 0),
    host: textOf(item, 'HostResource'),
  }));
  const sorted = items.toSorted(
    (a, b) => (a.order[0] ?? 0) - (b.order[0] ?? 0) || (a.order[1] ?? 0) - (b.order[1] ?? 0),
  );
  return sorted.map(({ host }) => {
    const id = /^(?:ovf:)?\/+disk\/(.+)$/.exec(host)?.[1];
    const disk = id === undefined ? undefined : disks.get(id);
    if (disk === undefined)
      throw corrupt(`the machine uses the disk ${quoted(host)}, which is not described`);
    return disk;
  });
}

const isUefi = (hardware: Element | undefined): boolean =>
  children(hardware, 'Config').some(
    ({ attributes }) =>
      attributes.get('key') === 'firmware' && attributes.get('value')?.toLowerCase() === 'efi',
  );

/** Throws `invalid-parameter`, `not-implemented` for several machines or parts that cannot be had. */
export function parseOvf(text: string): OvfMachine {
  const envelope = parseTree(text);
  const disks = disksOf(envelope, filesOf(envelope));
  const collection = child(envelope, 'VirtualSystemCollection');
  const machines = [...children(envelope, 'VirtualSystem'), ...children(collection, 'VirtualSystem')];
  const [machine] = machines;
  if (machine === undefined) throw corrupt('its descriptor describes no machine');
  if (machines.length > 1)
    throw unsupported(`it holds ${machines.length} machines`, 'Export each machine on its own.');
  const hardware = child(machine, 'VirtualHardwareSection');
  const [cpu] = itemsOf(hardware, RESOURCE.cpu);
  const [memory] = itemsOf(hardware, RESOURCE.memory);
  const attached = attachedDisks(hardware, disks);
  if (attached.length === 0) throw corrupt('its machine has no disk');
  if (new Set(attached).size !== attached.length) throw corrupt('its machine uses one disk twice');
  const unit = unitBytes(textOf(memory, 'AllocationUnits') || 'byte * 2^20');
  return {
    name: machine.attributes.get('id') ?? '',
    cpus: cpu === undefined ? 1 : bounded(textOf(cpu, 'VirtualQuantity'), 1_024, 'the number of processors'),
    memoryBytes:
      memory === undefined
        ? 2 ** 30
        : Math.min(bounded(textOf(memory, 'VirtualQuantity'), MOST_BYTES, 'the memory') * unit, 2 ** 44),
    firmware: isUefi(hardware) ? 'uefi' : 'bios',
    system: textOf(child(machine, 'OperatingSystemSection'), 'Description').slice(0, 100),
    disks: attached,
  };
}
