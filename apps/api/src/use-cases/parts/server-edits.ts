/** What can be wished of servers and their network cards, as edits of the system. */
import {
  regardedAs,
  sourceOfDraft,
  withRenamedServer,
  vserverOfNic,
  vsysOfPart,
  withChangedServer,
  withNic,
  withoutNic,
  withoutServer,
  withServers,
  type DiskFate,
  type NewServers,
  type NicId,
  type NicWish,
  type ServerChange,
  type VNetId,
  type VServerId,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { PartEdit } from './edit-parts.js';
import type { ServerPasswords } from './initial-passwords.js';
import { getNicPlace, getServer, netName } from './part-names.js';

export interface NewNic extends Omit<NicWish, 'vnet'> {
  readonly vnetId: VNetId;
}

export interface NewServersOf extends Omit<NewServers, 'nics' | 'passwords'> {
  readonly vsysId: VsysId;
  readonly nics: readonly NewNic[];
}

export const nicWish = (spec: VsysSpec, { vnetId, ...nic }: NewNic): NicWish => ({
  ...nic,
  vnet: netName(spec, vnetId),
});

/** One server, or with a count a role of so many. With passwords each gets its own, on a config drive. */
export function createdServers(
  { vsysId, nics, ...servers }: NewServersOf,
  passwords?: ServerPasswords,
): PartEdit {
  const firstBoot = passwords === undefined ? {} : { configDrive: true, passwords: passwords.byServer };
  return {
    vsysId,
    about: { kind: 'vserver.create', resource: vsysId },
    draft: (present) =>
      withServers(present, {
        ...servers,
        ...firstBoot,
        nics: nics.map((nic) => nicWish(present.spec, nic)),
      }),
    ...(passwords === undefined
      ? {}
      : { also: async (session, written) => passwords.store(session, written) }),
  };
}

/** `name`: another one; not of a server of a role with a count. */
export const changedServer = (id: VServerId, change: ServerChange, name?: string): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'vserver.change', resource: id },
  draft: (present) => {
    const { name: before } = getServer(present.spec, id);
    if (name === undefined || name === before) return withChangedServer(present, before, change);
    return withChangedServer(sourceOfDraft(withRenamedServer(present, before, name)), name, change);
  },
  ...(name === undefined ? {} : { regard: (spec) => regardedAs(spec, getServer(spec, id).name, name) }),
});

export const deletedServer = (id: VServerId, disks: DiskFate): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'vserver.delete', resource: id },
  draft: (present) => withoutServer(present, getServer(present.spec, id).name, disks),
});

export const createdNic = (id: VServerId, nic: NewNic): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'nic.create', resource: id },
  draft: (present) => withNic(present, getServer(present.spec, id).name, nicWish(present.spec, nic)),
});

export const deletedNic = (id: NicId): PartEdit => ({
  vsysId: vsysOfPart(vserverOfNic(id)),
  about: { kind: 'nic.delete', resource: id },
  draft: (present) => {
    const { server, index, addresses } = getNicPlace(present.spec, id);
    return withoutNic(present, server.name, index, addresses);
  },
});
