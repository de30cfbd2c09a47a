/**
 * Parts that are created under whatever name somebody wishes: the edit itself finds a free name, with the system locked, so two
 * callers with the same wish get two parts. `chosen` tells which name it was.
 */
import {
  sourceOfDraft,
  withDisk,
  withDiskAt,
  withNet,
  withPublicIp,
  withServers,
  type NewDisk,
  type NewNet,
  type NewServers,
  type SystemDraft,
  type VDiskId,
  type VNetId,
  type VsysId,
} from '@openvsys/vsys';
import type { PartEdit, PresentParts } from './edit-parts.js';
import { freeName, partNameOf, takenNames } from './free-name.js';
import { createdEfm, type NewEfmOf } from './network-edits.js';
import { getDisk, netName } from './part-names.js';

export interface NamedEdit {
  readonly edit: PartEdit;
  /** Undefined until the edit was made; it was not when the answer is that of an earlier request. */
  chosen(): string | undefined;
}

export interface NamedServer extends Omit<NewServers, 'name' | 'nics' | 'count'> {
  readonly vsysId: VsysId;
  readonly wantedName: string;
  /** None: the first network of the system. */
  readonly networks: readonly VNetId[];
  /** Disks of the same system that are to be attached. */
  readonly volumes: readonly VDiskId[];
}

function named(
  vsysId: VsysId,
  kind: string,
  [wanted, otherwise]: readonly [string, string],
  draft: (present: PresentParts, name: string) => SystemDraft,
): NamedEdit {
  let name: string | undefined;
  return {
    chosen: () => name,
    edit: {
      vsysId,
      about: { kind, resource: vsysId },
      draft: (present) => {
        name = freeName(partNameOf(wanted, otherwise), takenNames(present));
        return draft(present, name);
      },
    },
  };
}

/** One server, its new disks and those that it takes over: all or nothing. */
export function namedServer(wish: NamedServer): NamedEdit {
  const { vsysId, wantedName, networks, volumes, ...fields } = wish;
  return named(vsysId, 'vserver.create', [wantedName, 'server'], (present, name) => {
    const nets =
      networks.length === 0
        ? present.spec.nets.slice(0, 1).map((net) => net.name)
        : networks.map((id) => netName(present.spec, id));
    const created = withServers(present, { ...fields, name, nics: nets.map((vnet) => ({ vnet })) });
    return volumes.reduce<SystemDraft>((draft, id) => {
      const disk = getDisk(present.spec, id);
      return { ...withDiskAt(sourceOfDraft(draft), disk.name, name), places: draft.places };
    }, created);
  });
}

export function namedDisk(vsysId: VsysId, wantedName: string, disk: Omit<NewDisk, 'name'>): NamedEdit {
  return named(vsysId, 'vdisk.create', [wantedName, 'disk'], (present, name) =>
    withDisk(present, { ...disk, name }),
  );
}

export function namedNet(vsysId: VsysId, wantedName: string, net: Omit<NewNet, 'name'>): NamedEdit {
  return named(vsysId, 'vnet.create', [wantedName, 'net'], (present, name) =>
    withNet(present, { ...net, name }),
  );
}

export function namedEfm(vsysId: VsysId, wantedName: string, efm: Omit<NewEfmOf, 'name'>): NamedEdit {
  return named(vsysId, 'efm.create', [wantedName, efm.kind], (present, name) =>
    createdEfm(vsysId, { ...efm, name }).draft(present),
  );
}

export function namedPublicIp(vsysId: VsysId, wantedName: string): NamedEdit {
  return named(vsysId, 'public-ip.create', [wantedName, 'address'], (present, name) =>
    withPublicIp(present, name),
  );
}
