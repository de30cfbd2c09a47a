/** Whose step goes first when slots are short: appliances before servers, early starters before late ones. */
import {
  EFM_KINDS,
  vserverOfNic,
  type Action,
  type VServerId,
  type VServerSpec,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';

/** Compared number by number; lower goes first. Removals go first of all: they give room back. */
export type SlotPriority = readonly [rank: number, startOrder: number];

const REMOVAL: SlotPriority = [0, 0];
const NET: SlotPriority = [1, 0];
const KEPT_DISK: SlotPriority = [4, 0];

const indexes = new WeakMap<VsysSpec, ReadonlyMap<VServerId, VServerSpec>>();

export function slotPriority(spec: VsysSpec, action: Action): SlotPriority {
  switch (action.kind) {
    case 'vnet.create':
      return NET;
    case 'vnet.destroy':
    case 'vdisk.destroy':
    case 'vserver.destroy':
    case 'nic.destroy':
      return REMOVAL;
    case 'nic.create':
    case 'nic.configure':
      return ofServer(spec, vserverOfNic(action.part));
    case 'vdisk.create':
      return action.disk.server === null ? KEPT_DISK : ofServer(spec, action.disk.server);
    case 'snapshot.create':
    case 'snapshot.destroy':
    case 'backup.create':
    case 'backup.destroy':
    case 'vdisk.resize':
      return KEPT_DISK;
    case 'vdisk.attach':
    case 'vdisk.detach':
      return ofServer(spec, action.server);
    case 'disk.fill':
      return action.server === null ? KEPT_DISK : ofServer(spec, action.server);
    default:
      return ofServer(spec, action.part);
  }
}

/** The tenant of a VSYS: its contract, the first word of the id. */
export function tenantOf(vsys: VsysId): string {
  return vsys.slice(0, vsys.indexOf('-'));
}

function ofServer(spec: VsysSpec, id: VServerId): SlotPriority {
  const server = indexOf(spec).get(id);
  if (server === undefined) return REMOVAL;
  const isEfm = EFM_KINDS.some((kind) => kind === server.kind);
  return [isEfm ? 2 : 3, server.startOrder];
}

function indexOf(spec: VsysSpec): ReadonlyMap<VServerId, VServerSpec> {
  const known = indexes.get(spec);
  if (known !== undefined) return known;
  const index = new Map(spec.servers.map((server) => [server.id, server]));
  indexes.set(spec, index);
  return index;
}
