/** From a descriptor to who is in the system: counts expanded, pairs doubled. */
import { applianceNames } from '../efm/design-efm.js';
import { efmNics, seatOf } from '../efm/registry.js';
import { closed, type Member, type Outline, type OutlineNic } from './outline.js';
import { pointerOf } from './pointer.js';
import { serversOf } from './role-servers.js';
import type { Descriptor } from './schema/descriptor.schema.js';

type Efm = NonNullable<Descriptor['efms']>[string];

export function outlineOf(descriptor: Descriptor): Outline {
  const openRoles = new Set<string>();
  const servers = Object.entries(descriptor.vservers).flatMap(([role, server]) => {
    if (typeof server.count === 'string') openRoles.add(role);
    const pointer = pointerOf('vservers', role);
    const rest = { role, kind: 'server', pointer, isGateway: false, virtualNics: [] } as const;
    return serversOf(role, server).map(({ name, server: { nics }, at }): Member => ({
      name,
      ...rest,
      nics: nics.map((nic, index): OutlineNic => ({
        vnet: closed(nic.vnet),
        address: closed(nic.address),
        pointer: at('nics', index),
      })),
    }));
  });
  return { members: [...efmMembers(descriptor), ...servers], openRoles };
}

function efmMembers(descriptor: Descriptor): Member[] {
  const nets = Object.keys(descriptor.vnets);
  const members = Object.entries(descriptor.efms ?? {}).flatMap(([name, efm]) => membersOf(name, efm, nets));
  return members.toSorted((a, b) => Number(b.kind === 'firewall') - Number(a.kind === 'firewall'));
}

/** A fixed address is the EFM's: of a pair the shared one. An EFM that may become a pair is counted as one. */
function membersOf(name: string, efm: Efm, nets: readonly string[]): Member[] {
  const pointer = pointerOf('efms', name);
  const nics = efmNics(efm, nets).map((nic): OutlineNic => ({
    vnet: closed(nic.vnet),
    address: closed(nic.address),
    pointer: pointer + nic.pointer,
  }));
  const isPair = efm.redundant === true;
  const isGateway = seatOf(efm.kind) === 'gateway';
  return applianceNames(name, isPair).map((appliance, index) => ({
    name: appliance,
    role: name,
    kind: efm.kind,
    pointer,
    nics: isPair ? nics.map((nic) => ({ ...nic, address: undefined })) : nics,
    isGateway: isGateway && !isPair,
    virtualNics: isPair && !isGateway && index === 0 ? nics : [],
  }));
}
