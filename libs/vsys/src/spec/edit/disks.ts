/** Data disks added, attached, detached, grown, removed. A disk of a role that goes its own way becomes one of the system. */
import { DomainError } from '../../errors.js';
import { boundValues } from '../bind/bind-parameters.js';
import { pointerOf } from '../pointer.js';
import { fillReferences } from '../references.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import { literal } from './part-secrets.js';
import { nameTaken } from './name-taken.js';
import type { SystemDraft, SystemSource } from './system-draft.js';
import { withServerFields, writtenServer, type WrittenServer } from './written-server.js';

/** `keep`: detached, and charged on; `delete`: destroyed with their contents. */
export const DISK_FATES = ['keep', 'delete'] as const;
export type DiskFate = (typeof DISK_FATES)[number];

type Disks = NonNullable<Descriptor['vdisks']>;
type RoleDisk = NonNullable<WrittenServer['effective']['disks']>[number];

export interface NewDisk {
  readonly name: string;
  readonly sizeGiB: number;
  readonly diskClass?: string;
  readonly priority?: number;
  /** Name of the server; absent: attached to nothing. */
  readonly server?: string;
}

/** Throws `conflict` when something has the name. */
export function withDisk(source: SystemSource, disk: NewDisk): SystemDraft {
  const { name, sizeGiB: size, diskClass, priority, server } = disk;
  const { vdisks = {} } = source.descriptor;
  if (Object.hasOwn(vdisks, name)) throw nameTaken('disk', name);
  const written = {
    size,
    ...(diskClass === undefined ? {} : { class: diskClass }),
    ...(priority === undefined ? {} : { priority }),
    ...(server === undefined ? {} : { server }),
  };
  return draft(source, { ...vdisks, [name]: literal(written) }, name);
}

/** Attached to the server of that name, or to none. Throws `not-found`. */
export function withDiskAt(source: SystemSource, name: string, server: string | null): SystemDraft {
  const { descriptor, disk } = takenOut(source, name);
  const { server: _before, ...kept } = disk;
  const next = server === null ? kept : { ...kept, server };
  return draft({ ...source, descriptor }, { ...descriptor.vdisks, [name]: next }, name);
}

export interface DiskChange {
  readonly size?: number;
  /** `null`: as the storage has it. */
  readonly priority?: number | null;
}

/** Disks only grow. Throws `not-found`. */
export const withGrownDisk = (source: SystemSource, name: string, size: number): SystemDraft =>
  withChangedDisk(source, name, { size });

/** Throws `not-found`. */
export function withChangedDisk(source: SystemSource, name: string, change: DiskChange): SystemDraft {
  const { descriptor } = source;
  const { vdisks = {} } = descriptor;
  const disk = Object.hasOwn(vdisks, name) ? vdisks[name] : undefined;
  if (disk !== undefined) return draft(source, { ...vdisks, [name]: changedBy(disk, change) }, name);
  const { server, index, disks } = roleDisk(descriptor, name);
  const grown = disks.map((each, at) => (at === index ? changedBy(each, change) : each));
  return {
    document: withServerFields(descriptor, server, { disks: grown }),
    values: source.values,
    places: [{ written: server.pointer + pointerOf('disks', index), asked: '' }],
  };
}

function changedBy<D extends Disks[string] | RoleDisk>(disk: D, { size, priority }: DiskChange): D {
  const { priority: before, ...rest } = disk;
  const next = priority === undefined ? before : (priority ?? undefined);
  return {
    ...rest,
    ...(size === undefined ? {} : { size }),
    ...(next === undefined ? {} : { priority: next }),
  } as D;
}

/** With its contents. Throws `not-found`. */
export function withoutDisk(source: SystemSource, name: string): SystemDraft {
  const { descriptor } = takenOut(source, name);
  const { [name]: _gone, ...left } = descriptor.vdisks ?? {};
  return { ...draft({ ...source, descriptor }, left, name), removed: name };
}

/** The descriptor without the data disks of one server: detached or gone. */
export function withoutDisksOf(source: SystemSource, server: WrittenServer, fate: DiskFate): Descriptor {
  const { descriptor } = source;
  const present = concrete(source).vdisks ?? {};
  const freed = Object.entries(descriptor.vdisks ?? {}).flatMap(([name, disk]) => {
    if (present[name]?.server !== server.name) return [[name, disk] as const];
    const { server: _server, ...kept } = disk;
    return fate === 'keep' ? [[name, kept] as const] : [];
  });
  const own = fate === 'keep' ? (server.effective.disks ?? []) : [];
  const moved = own.map((disk) => [`${server.name}-${disk.name}`, ownDisk(disk)] as const);
  const vdisks = Object.fromEntries([...freed, ...moved]);
  return withDisks(descriptor, vdisks);
}

const ownDisk = ({ name: _name, ...disk }: RoleDisk): Disks[string] => disk;

function withDisks({ vdisks: _before, ...rest }: Descriptor, vdisks: Disks): Descriptor {
  return Object.keys(vdisks).length === 0 ? rest : { ...rest, vdisks };
}

function draft({ descriptor, values }: SystemSource, vdisks: Disks, name: string): SystemDraft {
  const places = [{ written: pointerOf('vdisks', name), asked: '' }];
  return { document: withDisks(descriptor, vdisks), values, places };
}

/** The descriptor with the disk as one of the system, whosever it was. */
function takenOut(source: SystemSource, name: string): { descriptor: Descriptor; disk: Disks[string] } {
  const { descriptor } = source;
  const { vdisks = {} } = descriptor;
  const own = Object.hasOwn(vdisks, name) ? vdisks[name] : undefined;
  if (own !== undefined) return { descriptor, disk: own };
  const { server, disk, disks } = roleDisk(descriptor, name);
  const left = withRoleDisks(
    descriptor,
    server,
    disks.filter((each) => each !== disk),
  );
  const written = { ...ownDisk(disk), server: server.name };
  return { descriptor: withDisks(left, { ...vdisks, [name]: written }), disk: written };
}

function withRoleDisks(descriptor: Descriptor, server: WrittenServer, disks: RoleDisk[]): Descriptor {
  const { vservers } = descriptor;
  const written = vservers[server.role];
  if (written === undefined) return descriptor;
  const next =
    server.seat === 'role'
      ? { ...written, disks }
      : {
          ...written,
          servers: { ...written.servers, [server.name]: { ...written.servers?.[server.name], disks } },
        };
  return { ...descriptor, vservers: { ...vservers, [server.role]: next } };
}

interface FoundRoleDisk {
  readonly server: WrittenServer;
  readonly disk: RoleDisk;
  readonly index: number;
  readonly disks: readonly RoleDisk[];
}

/** Throws `not-found`. */
function roleDisk(descriptor: Descriptor, name: string): FoundRoleDisk {
  for (const server of ownersOf(descriptor, name)) {
    const { disks = [] } = server.effective;
    const index = disks.findIndex((disk) => `${server.name}-${disk.name}` === name);
    const disk = disks[index];
    if (disk !== undefined) return { server, disk, index, disks };
  }
  throw new DomainError('not-found', `The system has no disk “${name}”.`);
}

/** Servers that a disk of that name may be of. */
function ownersOf(descriptor: Descriptor, disk: string): WrittenServer[] {
  return Object.entries(descriptor.vservers).flatMap(([role, { count }]) => {
    if (!disk.startsWith(`${role}-`)) return [];
    if (count === undefined) return [writtenServer(descriptor, role)];
    const number = /^[1-9][0-9]*(?=-)/.exec(disk.slice(role.length + 1))?.[0];
    return number === undefined ? [] : [writtenServer(descriptor, `${role}-${number}`)];
  });
}

/** As it is with the present values: where a server is named by a parameter. */
function concrete({ descriptor, values }: SystemSource): Pick<Descriptor, 'vdisks'> {
  return fillReferences(descriptor, boundValues(descriptor, values)) as Pick<Descriptor, 'vdisks'>;
}
