/**
 * Another name for a server. Whoever wished something about it by its old name wishes it by the new one; disks keep their names. Rules of
 * EFMs are not rewritten: a name in them may stand for something else too.
 */
import { DomainError } from '../../errors.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import type { VsysSpec } from '../vsys-spec.js';
import { withoutDisksOf } from './disks.js';
import { nameTaken } from './name-taken.js';
import type { SystemDraft, SystemSource } from './system-draft.js';
import { writtenServer, type WrittenRole } from './written-server.js';

type Vdisk = NonNullable<Descriptor['vdisks']>[string];

/** Throws `not-found`, `conflict` for a server of a role with a count, whose name follows from the role, and for a taken name. */
export function withRenamedServer(source: SystemSource, name: string, next: string): SystemDraft {
  const server = writtenServer(source.descriptor, name);
  if (server.seat === 'single')
    throw new DomainError('conflict', `The name of “${name}” follows from its role “${server.role}”.`, {
      pointer: '/name',
      retry: 'never',
    });
  const { descriptor, values } = source;
  if (Object.hasOwn(descriptor.vservers, next) || Object.hasOwn(descriptor.efms ?? {}, next))
    throw nameTaken('server, role or EFM', next);
  const freed = withoutDisksOf(source, server, 'keep');
  const own = new Set(Object.keys(freed.vdisks ?? {}).filter((disk) => isNewlyFree(descriptor, freed, disk)));
  const { disks: _moved, ...written } = server.effective;
  const vservers = Object.entries(freed.vservers).map(([role, each]) =>
    role === name ? ([next, written] as const) : ([role, withWish(each, name, next)] as const),
  );
  const vdisks = Object.entries(freed.vdisks ?? {}).map(([disk, each]): readonly [string, Vdisk] => [
    disk,
    own.has(disk) ? { ...each, server: next } : each,
  ]);
  const efms = Object.entries(freed.efms ?? {}).map(
    ([efm, each]) => [efm, withStart(each, name, next)] as const,
  );
  return {
    document: {
      ...freed,
      vservers: Object.fromEntries(vservers),
      ...(vdisks.length === 0 ? {} : { vdisks: Object.fromEntries(vdisks) }),
      ...(freed.efms === undefined ? {} : { efms: Object.fromEntries(efms) }),
    },
    values,
    places: [],
    removed: name,
  };
}

/** Was it the server's before: one of its role, or one that named it. */
const isNewlyFree = (before: Descriptor, freed: Descriptor, disk: string): boolean =>
  freed.vdisks?.[disk]?.server === undefined &&
  (before.vdisks?.[disk] === undefined || before.vdisks[disk].server !== undefined);

const renamed = (names: readonly string[], name: string, next: string): string[] =>
  names.map((each) => (each === name ? next : each));

function withStart<Member extends { readonly startAfter?: string[] }>(
  member: Member,
  name: string,
  next: string,
): Member {
  const { startAfter } = member;
  return startAfter === undefined ? member : { ...member, startAfter: renamed(startAfter, name, next) };
}

function withWish(role: WrittenRole, name: string, next: string): WrittenRole {
  const started = withStart(role, name, next);
  const { affinity } = started;
  if (affinity === undefined) return started;
  const lists = Object.entries(affinity).map(([wish, names]) => [wish, renamed(names, name, next)] as const);
  return { ...started, affinity: Object.fromEntries(lists) };
}

/** The present spec as if the server had the name already: so it stays the same server. */
export const regardedAs = (spec: VsysSpec, name: string, next: string): VsysSpec => ({
  ...spec,
  servers: spec.servers.map((server) =>
    server.name === name && server.kind === 'server' ? { ...server, name: next, role: next } : server,
  ),
});
