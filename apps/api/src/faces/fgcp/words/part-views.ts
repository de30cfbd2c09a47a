/** Parts as answers show them. */
import type { NicRecord, PublicIpRecord, VDiskRecord, VServerRecord } from '@openvsys/persistence';
import { findEfmType, type Labels } from '../fgcp-systems.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { APPLIANCE_TYPES, FIRST_NIC } from './server-words.js';

export interface Owner {
  /** The contract stands for whoever made something. */
  readonly contract: string;
  readonly labels: Labels;
}

type Named = { readonly id: string; readonly name: string };
export const labelOf = (labels: Labels, { id, name }: Named): string => labels.get(id) ?? name;

/** `40.0` */
export const gigabytes = (gib: number): string => gib.toFixed(1);

export function serverView(server: VServerRecord, disks: readonly VDiskRecord[], owner: Owner): FgcpFields {
  const efm = findEfmType(server);
  return {
    creator: owner.contract,
    diskimageId: server.image,
    vdisks: { vdisk: disks.map((disk) => diskView(disk, owner)) },
    vserverId: server.id,
    vserverName: labelOf(owner.labels, server),
    vserverType: efm === undefined ? server.type : APPLIANCE_TYPES[efm],
  };
}

/** Servers with their disks, each disk looked at once. */
export function serverViews(
  servers: readonly VServerRecord[],
  disks: readonly VDiskRecord[],
  owner: Owner,
): readonly FgcpFields[] {
  const disksOf = Map.groupBy(disks, ({ vserverId }) => vserverId);
  return servers.map((server) => serverView(server, disksOf.get(server.id) ?? [], owner));
}

/** Cards in segments; the way out of an appliance is not one. */
export function nicViews(server: VServerRecord): readonly FgcpFields[] {
  const first = FIRST_NIC[findEfmType(server) ?? 'SERVER'];
  return server.nics
    .flatMap((nic) => (nic.vnetId === null ? [] : [nic]))
    .map((nic, index) => nicView(nic, first + index));
}

const nicView = ({ vnetId, ipv4 }: NicRecord, nicNo: number): FgcpFields => ({
  networkId: vnetId ?? '',
  nicNo,
  privateIp: ipv4,
});

export const diskView = (disk: VDiskRecord, { contract, labels }: Owner): FgcpFields => ({
  attachedTo: disk.vserverId ?? undefined,
  creator: contract,
  size: gigabytes(disk.sizeGiB),
  vdiskId: disk.id,
  vdiskName: labelOf(labels, disk),
});

/** The system disk of a server has the server's id and name. */
export const systemDiskView = (server: VServerRecord, { contract, labels }: Owner): FgcpFields => ({
  attachedTo: server.id,
  creator: contract,
  size: gigabytes(server.systemDiskGiB),
  vdiskId: server.id,
  vdiskName: labelOf(labels, server),
});

export const addressView = ({ address }: Pick<PublicIpRecord, 'address'>): FgcpFields => ({
  address,
  v4v6Flag: address.includes(':') ? 'IPv6' : 'IPv4',
});
