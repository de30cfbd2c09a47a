/** Whose step goes first when slots are short: appliances before servers, early starters before late ones. */
import {
  EFM_KINDS,
  vserverId,
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

/** What does not depend on a server. */
const BY_KIND: Readonly<Partial<Record<Action['kind'], SlotPriority>>> = {
  'vnet.create': NET,
  'vnet.destroy': REMOVAL,
  'vdisk.destroy': REMOVAL,
  'vserver.destroy': REMOVAL,
  'nic.destroy': REMOVAL,
  'snapshot.create': KEPT_DISK,
  'snapshot.destroy': KEPT_DISK,
  'backup.create': KEPT_DISK,
  'backup.destroy': KEPT_DISK,
  'vdisk.resize': KEPT_DISK,
};

export function slotPriority(spec: VsysSpec, action: Action): SlotPriority {
  const fixed = BY_KIND[action.kind];
  if (fixed !== undefined) return fixed;
  const server = serverOf(action);
  return server === null ? KEPT_DISK : ofServer(spec, server);
}

/** Null: of a disk that no server has. */
function serverOf(action: Action): VServerId | null {
  switch (action.kind) {
    case 'nic.create':
    case 'nic.configure':
      return vserverOfNic(action.part);
    case 'vdisk.create':
      return action.disk.server;
    case 'vdisk.attach':
    case 'vdisk.detach':
    case 'vdisk.tune':
    case 'disk.fill':
      return action.server;
    default:
      return vserverId(action.part);
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
