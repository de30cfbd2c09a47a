/** Servers of Fujitsu's form as roles. */
import { FreshNames } from '../fresh-names.js';
import type { SoldType } from '../import-ovf.js';
import { textOf, type XmlSource } from '../xml-source.js';
import { FormMembers } from './form-members.js';
import { listIn, refuse, type FormReader } from './form-reader.js';
import { isSegment, SERVER_SERIES } from './form-words.js';

export interface ImportParts {
  readonly reader: FormReader;
  readonly members: FormMembers;
  readonly types: readonly SoldType[];
}

const KNOWN = [
  'vserverName',
  'vserverType',
  'diskimageId',
  'imageSelector',
  'segment',
  'extraNics',
  'vdisks',
  'count',
  'startOrder',
  'autoStart',
];
const MIB_A_GB = 1_000_000_000 / 2 ** 20;
/** `standard_15` is the series standard with 15 GB. */
const SERIES = /^([a-z_]+?)(?:_([0-9]{1,3}))?$/;

/** VNet of a segment. Throws `invalid-request` for a segment that the form does not have. */
export function netOf(text: string, place: string): string {
  if (!isSegment(text)) return refuse(place, `“${text.slice(0, 40)}” is no segment`);
  return text.toLowerCase();
}

export function importServer(element: XmlSource, place: string, parts: ImportParts): object {
  const { reader } = parts;
  reader.noteUnknown(element, place, KNOWN);
  const count = reader.findNumber(element, 'count', place);
  const startOrder = reader.findNumber(element, 'startOrder', place);
  const disks = importDisks(element, place, reader);
  return {
    type: typeOf(element, place, parts),
    image: imageOf(element, place, reader),
    ...(count === undefined ? {} : { count }),
    ...powerOf(element),
    ...(startOrder === undefined ? {} : { startOrder }),
    nics: importNics(element, place, reader),
    ...(disks.length === 0 ? {} : { disks }),
  };
}

/** Everything stays stopped that is not said to start. */
export const powerOf = (element: XmlSource): { readonly power?: 'stopped' } =>
  textOf(element, 'autoStart') === 'true' ? {} : { power: 'stopped' };

/** The image parameter stands for a system that is only described. */
function imageOf(element: XmlSource, place: string, reader: FormReader): string {
  const image = reader.findText(element, 'diskimageId');
  if (image !== undefined) return image;
  const [selector] = element.children.filter((child) => child.name === 'imageSelector');
  const wanted = selector === undefined ? undefined : textOf(selector, 'osName');
  reader.note(
    `${place}/imageSelector`,
    `Name an image in \`image\`${wanted === undefined ? '' : `: ${wanted.slice(0, 200)}`}.`,
  );
  reader.parameters['image'] ??= { type: 'string', description: 'Image of the servers.' };
  return '${image}';
}

function typeOf(element: XmlSource, place: string, { reader, types }: ImportParts): string {
  const wanted = reader.getText(element, 'vserverType', place);
  if (types.some(({ name }) => name === wanted)) return wanted;
  const [, series = '', memory] = SERIES.exec(wanted) ?? [];
  const size = SERVER_SERIES[series];
  if (size === undefined) {
    reader.note(`${place}/vserverType`, `A type ${wanted.slice(0, 64)} is not sold here now.`);
    return wanted;
  }
  const memoryMiB = (memory === undefined ? size.memoryGB : Number(memory)) * MIB_A_GB;
  const enough = types.filter((type) => type.vcpus >= size.vcpus && type.memoryMiB >= memoryMiB);
  const [best] = enough.toSorted((a, b) => a.memoryMiB - b.memoryMiB || a.vcpus - b.vcpus);
  if (best === undefined) return refuse(`${place}/vserverType`, `no server type is as large as ${wanted}`);
  reader.note(
    `${place}/vserverType`,
    `${wanted} became ${best.name} (${best.vcpus} × CPU, ${best.memoryMiB} MiB).`,
  );
  return best.name;
}

/** More on one server than any descriptor takes; a number of a caller never decides how long a list becomes. */
const MOST_NICS = 16;

export function importNics(
  element: XmlSource,
  place: string,
  reader: FormReader,
): readonly { readonly vnet: string }[] {
  const first = netOf(reader.getText(element, 'segment', place), `${place}/segment`);
  const extra = listIn(element, place, 'extraNics', 'extraNic').flatMap(([nic, at]) => {
    const vnet = netOf(reader.getText(nic, 'segment', at), `${at}/segment`);
    const num = Number(reader.findNumber(nic, 'num', at) ?? 1);
    if (!(num >= 1 && num <= MOST_NICS)) return refuse(`${at}/num`, `it is a number from 1 to ${MOST_NICS}`);
    return Array.from({ length: num }, () => ({ vnet }));
  });
  return [{ vnet: first }, ...extra];
}

function importDisks(element: XmlSource, place: string, reader: FormReader): readonly object[] {
  const names = new FreshNames();
  return listIn(element, place, 'vdisks', 'vdisk').map(([disk, at], index) => {
    reader.noteUnknown(disk, at, ['vdiskName', 'size']);
    const name = names.nameOf(textOf(disk, 'vdiskName') ?? '', `disk${index + 1}`);
    return { name, size: reader.getNumber(disk, 'size', at) };
  });
}
