/** From requests to the words of the use cases. */
import { vnetId, vserverId, vsysId, type Rebuild, type ServerChange } from '@openvsys/vsys';
import type { NewDiskOf } from '../../../use-cases/parts/disk-edits.js';
import type { NewNic, NewServersOf } from '../../../use-cases/parts/server-edits.js';
import type { CreateVDiskRequest } from './disk-parts.requests.js';
import { given } from './part-changes.js';
import type {
  ChangeVServerRequest,
  CreateVServersRequest,
  LoginRequest,
  NicRequest,
  RebuildVServerRequest,
} from './server-parts.requests.js';

export const newNicOf = ({ vnetId: vnet, ...nic }: NicRequest): NewNic => ({
  ...given(nic),
  vnetId: vnetId(vnet),
});

const loginOf = ({ user, password, sshKeys }: LoginRequest) => given({ user, password, sshKeys });

export function newServersOf({
  vsysId: vsys,
  name,
  type,
  image,
  nics,
  disks,
  login,
  ...fields
}: Omit<CreateVServersRequest, 'onFailure'>): NewServersOf {
  return {
    vsysId: vsysId(vsys),
    name,
    type,
    image,
    nics: nics.map(newNicOf),
    ...given(fields),
    ...(login === undefined ? {} : { login: loginOf(login) }),
    ...(disks === undefined
      ? {}
      : { disks: disks.map(({ sizeGiB: size, ...disk }) => ({ name: disk.name, size, ...given(disk) })) }),
  };
}

export function serverChangeOf({
  login,
  ...fields
}: Omit<ChangeVServerRequest, 'onFailure' | 'name'>): ServerChange {
  if (login === undefined) return given(fields);
  // A null is let through by the validator: it takes the login away.
  const wish = login as LoginRequest | null;
  return { ...given(fields), login: wish === null ? null : loginOf(wish) };
}

export const rebuildOf = ({ image, userData, login }: RebuildVServerRequest): Rebuild => ({
  ...given({ image, userData }),
  ...(login === undefined ? {} : { login: loginOf(login) }),
});

export const newDiskOf = ({
  vsysId: vsys,
  vserverId: server,
  class: diskClass,
  name,
  sizeGiB,
  priority,
}: Omit<CreateVDiskRequest, 'onFailure'>): NewDiskOf => ({
  vsysId: vsysId(vsys),
  name,
  sizeGiB,
  ...(diskClass === undefined ? {} : { diskClass }),
  ...(priority === undefined ? {} : { priority }),
  ...(server === undefined ? {} : { vserverId: vserverId(server) }),
});
