/** What can be wished of VNets, public addresses and appliances, as edits of the system. */
import {
  vsysOfPart,
  withChangedEfm,
  withEfm,
  withNet,
  withoutEfm,
  withoutNet,
  withoutPublicIp,
  withPublicIp,
  type EfmChange,
  type NewEfm,
  type NewNet,
  type PublicIpId,
  type VNetId,
  type VServerId,
  type VsysId,
} from '@openvsys/vsys';
import type { PartEdit } from './edit-parts.js';
import { nicWish, type NewNic } from './server-edits.js';
import { getAppliance, netName, publicIpName } from './part-names.js';

export const createdNet = (vsysId: VsysId, net: NewNet): PartEdit => ({
  vsysId,
  about: { kind: 'vnet.create', resource: vsysId },
  draft: (present) => withNet(present, net),
});

export const deletedNet = (id: VNetId): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'vnet.delete', resource: id },
  draft: (present) => withoutNet(present, netName(present.spec, id)),
});

export const createdPublicIp = (vsysId: VsysId, name: string): PartEdit => ({
  vsysId,
  about: { kind: 'public-ip.create', resource: vsysId },
  draft: (present) => withPublicIp(present, name),
});

export const deletedPublicIp = (id: PublicIpId): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'public-ip.delete', resource: id },
  draft: (present) => withoutPublicIp(present, publicIpName(present.spec, id)),
});

/** VNets are named by id here. */
export interface NewEfmOf extends Omit<NewEfm, 'vnets' | 'nics'> {
  /** Of a firewall. */
  readonly vnetIds?: readonly VNetId[];
  /** Of the others. */
  readonly nics?: readonly NewNic[];
}

export const createdEfm = (vsysId: VsysId, { vnetIds, nics, ...efm }: NewEfmOf): PartEdit => ({
  vsysId,
  about: { kind: 'efm.create', resource: vsysId },
  draft: (present) =>
    withEfm(present, {
      ...efm,
      ...(vnetIds === undefined ? {} : { vnets: vnetIds.map((id) => netName(present.spec, id)) }),
      ...(nics === undefined ? {} : { nics: nics.map((nic) => nicWish(present.spec, nic)) }),
    }),
});

/** Of either appliance of a pair. */
export const changedEfm = (id: VServerId, change: EfmChange): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'efm.change', resource: id },
  draft: (present) => withChangedEfm(present, getAppliance(present.spec, id).name, change),
});

/** Both appliances of a pair. */
export const deletedEfm = (id: VServerId): PartEdit => ({
  vsysId: vsysOfPart(id),
  about: { kind: 'efm.delete', resource: id },
  draft: (present) => withoutEfm(present, getAppliance(present.spec, id).name),
});
