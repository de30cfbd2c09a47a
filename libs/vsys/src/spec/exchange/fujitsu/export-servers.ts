/** Roles and their disks in Fujitsu's form. */
import type { Descriptor } from '../../schema/descriptor.schema.js';
import type { FormSegments } from './form-segments.js';
import { SIZE_STEP } from './form-words.js';
import { group, listOf, textElement, whenGiven, type ExportNotes, type WrittenXml } from './written-form.js';

type Role = Descriptor['vservers'][string];
type Disk = NonNullable<Role['disks']>[number];

const CARRIED = ['type', 'image', 'count', 'power', 'startOrder', 'startAfter', 'nics', 'disks'];

export interface FormParts {
  readonly segments: FormSegments;
  /** Of roles and EFMs. */
  readonly orders: ReadonlyMap<string, number>;
  readonly notes: ExportNotes;
}

export function writtenServers(descriptor: Descriptor, parts: FormParts): readonly WrittenXml[] {
  const { vservers } = descriptor;
  const free = freeDisks(descriptor, parts.notes);
  return listOf(
    'vservers',
    Object.entries(vservers).map(([name, role]) => writtenRole(name, role, free.get(name) ?? [], parts)),
  );
}

function writtenRole(name: string, role: Role, free: readonly WrittenXml[], parts: FormParts): WrittenXml {
  const { segments, orders, notes } = parts;
  notes.leftOver(['vservers', name], role, CARRIED);
  const order = typeof role.startOrder === 'string' ? role.startOrder : (orders.get(name) ?? 0);
  const [first] = role.nics;
  return group(
    'vserver',
    textElement('vserverName', name),
    textElement('vserverType', role.type),
    textElement('diskimageId', role.image),
    textElement('segment', segments.of(first?.vnet ?? '')),
    listOf('extraNics', extraNics(['vservers', name], role.nics, parts)),
    listOf('vdisks', [
      ...(role.disks ?? []).map((disk, index) =>
        writtenDisk(disk, ['vservers', name, 'disks', index], notes),
      ),
      ...free,
    ]),
    whenGiven('count', role.count),
    order === 0 ? [] : textElement('startOrder', order),
    textElement('autoStart', startsItself(role.power, ['vservers', name, 'power'], notes)),
  );
}

export function startsItself(
  power: string | undefined,
  path: readonly (string | number)[],
  notes: ExportNotes,
): boolean {
  if (power === 'paused' || power === 'suspended') notes.add(path, `It starts instead of being ${power}.`);
  return power !== 'stopped';
}

/** All after the first, equal neighbours together; the first one’s own fields are noted too. */
export function extraNics(
  path: readonly (string | number)[],
  nics: Role['nics'],
  { segments, notes }: Pick<FormParts, 'segments' | 'notes'>,
): readonly WrittenXml[] {
  const runs: { segment: string; num: number }[] = [];
  for (const [index, nic] of nics.entries()) {
    notes.leftOver([...path, 'nics', index], nic, ['vnet']);
    if (index === 0) continue;
    const segment = segments.of(nic.vnet);
    const last = runs.at(-1);
    if (last?.segment === segment) last.num += 1;
    else runs.push({ segment, num: 1 });
  }
  return runs.map(({ segment, num }) =>
    group('extraNic', textElement('segment', segment), textElement('num', num)),
  );
}

function writtenDisk(disk: Disk, path: readonly (string | number)[], notes: ExportNotes): WrittenXml {
  notes.leftOver(path, disk, ['name', 'size']);
  return diskElement(disk.name, disk.size, path, notes);
}

function diskElement(
  name: string,
  size: number | string,
  path: readonly (string | number)[],
  notes: ExportNotes,
): WrittenXml {
  if (typeof size === 'number' && size % SIZE_STEP !== 0)
    notes.add([...path, 'size'], `Fujitsu’s product sells multiples of ${SIZE_STEP} GB.`);
  return group('vdisk', textElement('vdiskName', name), textElement('size', size));
}

/** Disks of their own, by the role that has them: the form knows only disks of servers. */
function freeDisks(
  { vdisks = {}, vservers }: Descriptor,
  notes: ExportNotes,
): ReadonlyMap<string, WrittenXml[]> {
  const found = new Map<string, WrittenXml[]>();
  for (const [name, disk] of Object.entries(vdisks)) {
    const path = ['vdisks', name];
    const role = disk.server === undefined ? undefined : vservers[disk.server];
    if (disk.server === undefined || role === undefined || role.count !== undefined) {
      notes.add(path, 'The form knows only disks that come with a server: it is left out.');
      continue;
    }
    notes.add(path, `It comes with ${disk.server}, and goes with it.`);
    notes.leftOver(path, disk, ['size', 'server']);
    const short = name.startsWith(`${disk.server}-`) ? name.slice(disk.server.length + 1) : name;
    const others = found.get(disk.server) ?? [];
    found.set(disk.server, [...others, diskElement(short, disk.size, path, notes)]);
  }
  return found;
}
