/** Attaching a public address of the VDC to a system, and taking it away: changes of the system like any other. */
import {
  publicIpId,
  vsysId,
  withAllocatedIp,
  withoutPublicIp,
  withOwnIp,
  DomainError,
  type VsysId,
} from '@openvsys/vsys';
import { inUse, type AllocatedAddress } from '@openvsys/persistence';
import type { PartEdit } from '../parts/edit-parts.js';
import { publicIpName } from '../parts/part-names.js';

/** Under the name of a public IP that the system has, whose EFMs then answer at it; under another name it is added. */
export function attachedAddress(allocated: AllocatedAddress, to: VsysId, name: string): PartEdit {
  if (allocated.vsysId !== null) throw inUse(allocated);
  return {
    vsysId: to,
    about: { kind: 'public-ip.attach', resource: allocated.id },
    draft: (present) => withAllocatedIp(present, name, allocated.id),
  };
}

/** What takes its place: `new` gives an address of its own to the name, so that what uses it goes on. */
export const REPLACEMENTS = ['none', 'new'] as const;
export type Replacement = (typeof REPLACEMENTS)[number];

/** Throws `conflict` when no system uses it. */
export function detachedAddress(allocated: AllocatedAddress, replacement: Replacement): PartEdit {
  const { vsysId: from, publicIpId: part, address } = allocated;
  if (from === null || part === null)
    throw new DomainError('conflict', `No system uses ${address}.`, { remedy: 'Nothing has to be done.' });
  return {
    vsysId: vsysId(from),
    about: { kind: 'public-ip.detach', resource: allocated.id },
    draft: (present) => {
      const name = publicIpName(present.spec, publicIpId(part));
      return replacement === 'new' ? withOwnIp(present, name) : withoutPublicIp(present, name);
    },
  };
}
