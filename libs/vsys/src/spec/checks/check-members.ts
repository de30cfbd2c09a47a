/** Names of servers, EFMs and disks, what they refer to, and how many there are. */
import type { Violation } from '../../errors.js';
import { isPartSecret } from '../edit/part-secrets.js';
import { didYouMean } from '../did-you-mean.js';
import { LIMITS } from '../limits.js';
import { efmNics } from '../../efm/registry.js';
import { closed, mayExist, type Outline } from '../outline.js';
import { pointerOf } from '../pointer.js';
import { isOpen } from '../references.js';
import { serversOf } from '../role-servers.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

export function checkMembers(descriptor: Descriptor, outline: Outline): Violation[] {
  return [
    ...checkNames(outline),
    ...checkNics(descriptor),
    ...checkAffinity(descriptor),
    ...checkDisks(descriptor, outline),
    ...checkAmounts(descriptor, outline),
  ];
}

/** Of every role once: looking them up one by one would expand a role as often as it has servers. */
const writtenServers = ({ vservers }: Descriptor) =>
  new Map(
    Object.entries(vservers).flatMap(([role, written]) =>
      serversOf(role, written).map((server) => [`${role} ${server.name}`, server] as const),
    ),
  );

function checkNames(outline: Outline): Violation[] {
  const owner = new Map<string, string>();
  return outline.members.flatMap((member) => {
    const other = owner.get(member.name);
    owner.set(member.name, other ?? member.pointer);
    if (other === undefined) return [];
    return [
      {
        pointer: member.pointer,
        message: `The server name “${member.name}” is also made by ${other}.`,
        remedy: 'Servers and EFMs share one set of names: rename one of them.',
      },
    ];
  });
}

function checkAffinity(descriptor: Descriptor): Violation[] {
  const names = [...Object.keys(descriptor.vservers), ...Object.keys(descriptor.efms ?? {})];
  const wishes = Object.entries(descriptor.vservers).flatMap(([role, { affinity = {}, servers = {} }]) => [
    { role, affinity, place: pointerOf('vservers', role) },
    ...Object.entries(servers).map(([name, own]) => ({
      role,
      affinity: own.affinity ?? {},
      place: pointerOf('vservers', role, 'servers', name),
    })),
  ]);
  return wishes.flatMap(({ role, affinity, place }) =>
    (['apartFrom', 'nearTo'] as const).flatMap((wish) =>
      (affinity[wish] ?? []).flatMap((name, index): Violation[] => {
        const pointer = place + pointerOf('affinity', wish, index);
        if (isOpen(name)) return [];
        if (!names.includes(name))
          return [
            { pointer, message: `There is no role or EFM “${name}”.`, remedy: didYouMean(name, names) },
          ];
        if (name !== role || wish === 'apartFrom') return [];
        const message = `The servers of “${role}” are kept apart, so they cannot be near each other.`;
        return [{ pointer, message, remedy: 'Name another role.' }];
      }),
    ),
  );
}

function unknownNet(pointer: string, vnet: string, descriptor: Descriptor): Violation[] {
  const nets = Object.keys(descriptor.vnets);
  if (isOpen(vnet) || nets.includes(vnet)) return [];
  return [{ pointer, message: `There is no VNet “${vnet}”.`, remedy: didYouMean(vnet, nets) }];
}

/** A NIC is an object with a VNet, or the name of a VNet itself. */
const netPointer = (pointer: string): string => (pointer.startsWith('/nics/') ? `${pointer}/vnet` : pointer);

/** Looks at roles, not servers: one without servers now may have some after the next change. */
function checkNics(descriptor: Descriptor): Violation[] {
  const check = (section: string, name: string, nics: readonly { readonly vnet: string }[]) =>
    nics.flatMap(({ vnet }, index) =>
      unknownNet(pointerOf(section, name, 'nics', index, 'vnet'), vnet, descriptor),
    );
  const nets = Object.keys(descriptor.vnets);
  const efms = Object.entries(descriptor.efms ?? {}).flatMap(([name, efm]) =>
    efmNics(efm, nets).flatMap(({ vnet, pointer }) =>
      unknownNet(`${pointerOf('efms', name)}${netPointer(pointer)}`, vnet, descriptor),
    ),
  );
  const servers = Object.entries(descriptor.vservers).flatMap(([role, { nics, servers: single = {} }]) => [
    ...check('vservers', role, nics),
    ...Object.entries(single).flatMap(([name, own]) =>
      (own.nics ?? []).flatMap(({ vnet }, index) =>
        unknownNet(pointerOf('vservers', role, 'servers', name, 'nics', index, 'vnet'), vnet, descriptor),
      ),
    ),
  ]);
  return [...efms, ...servers];
}

function checkDisks(descriptor: Descriptor, outline: Outline): Violation[] {
  const written = writtenServers(descriptor);
  const ofServers = outline.members.flatMap(({ name: server, role, kind }) => {
    const found = kind === 'server' ? written.get(`${role} ${server}`) : undefined;
    return (found?.server.disks ?? []).map(({ name }, index) => ({
      name: `${server}-${name}`,
      pointer: found?.at('disks', index, 'name') ?? '',
    }));
  });
  const free = Object.keys(descriptor.vdisks ?? {}).map((name) => ({
    name,
    pointer: pointerOf('vdisks', name),
  }));
  const owner = new Map<string, string>();
  const twice = [...ofServers, ...free].flatMap(({ name, pointer }) => {
    const other = owner.get(name);
    owner.set(name, other ?? pointer);
    const message = `The disk name “${name}” is also made by ${other ?? ''}.`;
    return other === undefined ? [] : [{ pointer, message, remedy: 'Rename one of them.' }];
  });
  return [...twice, ...checkFreeDisks(descriptor, outline)];
}

function checkFreeDisks(descriptor: Descriptor, outline: Outline): Violation[] {
  const servers = outline.members.filter(({ kind }) => kind === 'server').map(({ name }) => name);
  return Object.entries(descriptor.vdisks ?? {}).flatMap(([name, disk]) => {
    const server = closed(disk.server);
    if (server === undefined || servers.includes(server) || mayExist(outline, server)) return [];
    return [
      {
        pointer: pointerOf('vdisks', name, 'server'),
        message: `There is no server “${server}”.`,
        remedy: didYouMean(server, servers),
      },
    ];
  });
}

function tooMany(pointer: string, what: string, found: number, limit: number): Violation[] {
  if (found <= limit) return [];
  return [
    { pointer, message: `${found} ${what}; at most ${limit} are possible.`, remedy: 'Split the system.' },
  ];
}

function checkAmounts(descriptor: Descriptor, outline: Outline): Violation[] {
  const servers = outline.members.filter(({ kind }) => kind === 'server');
  const efms = outline.members.filter(({ kind }) => kind !== 'server');
  const firewalls = efms.filter(({ name, role, kind }) => kind === 'firewall' && name === role);
  const attached = Object.values(descriptor.vdisks ?? {}).map(({ server }) => server);
  const written = writtenServers(descriptor);
  return [
    ...tooMany('/vservers', 'servers', servers.length, LIMITS.servers),
    ...tooMany('/vnets', 'VNets', Object.keys(descriptor.vnets).length, LIMITS.nets),
    ...tooMany('/publicIps', 'public IPs', Object.keys(descriptor.publicIps ?? {}).length, LIMITS.publicIps),
    ...tooMany('/efms', 'EFMs', Object.keys(descriptor.efms ?? {}).length, LIMITS.efms),
    ...tooMany(
      '/parameters',
      'parameters',
      Object.keys(descriptor.parameters ?? {}).filter((name) => !isPartSecret(name)).length,
      LIMITS.parameters,
    ),
    ...firewalls.slice(1).map(({ pointer }) => ({
      pointer,
      message: 'A VSYS has one firewall: it is the gateway of the VNets.',
      remedy: 'Put the rules into the first one.',
    })),
    // One of them is the way out.
    ...efms.flatMap(({ pointer, nics }) => tooMany(pointer, 'NICs', nics.length, LIMITS.nicsPerServer - 1)),
    ...servers.flatMap(({ name, role, pointer }) => {
      const own = written.get(`${role} ${name}`)?.server.disks?.length ?? 0;
      const more = attached.filter((server) => server === name).length;
      return tooMany(pointer, `data disks at “${name}”`, own + more, LIMITS.disksPerServer);
    }),
  ];
}
