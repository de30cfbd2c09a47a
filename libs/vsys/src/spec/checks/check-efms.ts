/** What EFM configurations refer to: zones, public IPs, servers. The meaning of the rules is checked in libs/efm. */
import type { Violation } from '../../errors.js';
import { didYouMean } from '../did-you-mean.js';
import { closed, mayExist, membersNamed, type Outline } from '../outline.js';
import { pointerOf } from '../pointer.js';
import { isOpen } from '../references.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import { INTERNET } from './check-members.js';

type Efm = NonNullable<Descriptor['efms']>[string];
type Firewall = Extract<Efm, { kind: 'firewall' }>;
type LoadBalancer = Extract<Efm, { kind: 'load-balancer' }>;
type Rule = NonNullable<NonNullable<Firewall['config']>['rules']>[number];
type Listener = LoadBalancer['config']['listeners'][number];

interface Scope {
  readonly descriptor: Descriptor;
  readonly outline: Outline;
  readonly efm: string;
  /** VNets that the EFM has a NIC in. */
  readonly nets: readonly string[];
}

export function checkEfms(descriptor: Descriptor, outline: Outline): Violation[] {
  return Object.entries(descriptor.efms ?? {}).flatMap(([efm, definition]) => {
    const own = outline.members.find(({ name, kind }) => name === efm && kind !== 'server');
    const nets = (own?.nics ?? []).flatMap(({ vnet }) => (vnet === undefined ? [] : [vnet]));
    const scope: Scope = { descriptor, outline, efm, nets };
    return definition.kind === 'firewall'
      ? checkFirewall(scope, definition)
      : checkBalancer(scope, definition);
  });
}

function unknownName(
  pointer: string,
  what: string,
  name: string | undefined,
  known: readonly string[],
): Violation[] {
  if (name === undefined || known.includes(name)) return [];
  return [{ pointer, message: `There is no ${what} “${name}”.`, remedy: didYouMean(name, known) }];
}

const publicIpNames = ({ descriptor }: Scope): string[] => Object.keys(descriptor.publicIps ?? {});

function unknownMember({ descriptor, outline }: Scope, pointer: string, name: string): Violation[] {
  if (isOpen(name) || membersNamed(outline, name).length > 0 || mayExist(outline, name)) return [];
  // A role may have no server at the moment.
  if (Object.hasOwn(descriptor.vservers, name)) return [];
  const names = outline.members.flatMap((member) => [member.name, member.role]);
  return unknownName(pointer, 'server or role', name, [...new Set(names)]);
}

function checkFirewall(scope: Scope, { config }: Firewall): Violation[] {
  const base = ['efms', scope.efm, 'config'];
  const publicIps = publicIpNames(scope);
  const nat = config?.sourceNat;
  return [
    ...(config?.rules ?? []).flatMap((rule, index) => checkRule(scope, rule, index)),
    ...unknownName(
      pointerOf(...base, 'sourceNat', 'publicIp'),
      'public IP',
      closed(nat?.publicIp),
      publicIps,
    ),
    ...(nat?.vnets ?? []).flatMap((vnet, index) =>
      unknownName(
        pointerOf(...base, 'sourceNat', 'vnets', index),
        'VNet of this firewall',
        closed(vnet),
        scope.nets,
      ),
    ),
    ...(config?.portForwards ?? []).flatMap(({ publicIp, server }, index) => [
      ...unknownName(
        pointerOf(...base, 'portForwards', index, 'publicIp'),
        'public IP',
        closed(publicIp),
        publicIps,
      ),
      ...checkForwardTarget(scope, server, index),
    ]),
  ];
}

function checkForwardTarget(scope: Scope, server: string, index: number): Violation[] {
  const pointer = pointerOf('efms', scope.efm, 'config', 'portForwards', index, 'server');
  const unknown = unknownMember(scope, pointer, server);
  if (unknown.length > 0 || isOpen(server)) return unknown;
  const found = membersNamed(scope.outline, server);
  if (found.length > 1) {
    const message = `“${server}” are ${found.length} servers.`;
    return [{ pointer, message, remedy: 'Name one server, or put a load balancer in front.' }];
  }
  return found.flatMap((member) => unreachable(scope, pointer, member.name, member.nics));
}

/** An EFM talks to a server through a VNet that both have. */
function unreachable(
  { nets, efm }: Scope,
  pointer: string,
  server: string,
  nics: readonly { readonly vnet: string | undefined }[],
): Violation[] {
  if (nics.some(({ vnet }) => vnet === undefined || nets.includes(vnet))) return [];
  const message = `“${server}” has no NIC in a VNet of “${efm}” (${nets.join(', ')}).`;
  return [{ pointer, message, remedy: 'Give one of them a NIC in a VNet of the other.' }];
}

function checkRule(scope: Scope, rule: Rule, index: number): Violation[] {
  const zones = [...scope.nets, INTERNET];
  const at = (...rest: (string | number)[]) =>
    pointerOf('efms', scope.efm, 'config', 'rules', index, ...rest);
  const peers = (['sources', 'destinations'] as const).flatMap((side) =>
    (rule[side] ?? []).flatMap((peer, position) =>
      /^[0-9]/.test(peer) ? [] : unknownMember(scope, at(side, position), peer),
    ),
  );
  return [
    ...unknownName(at('from'), 'zone', closed(rule.from), zones),
    ...unknownName(at('to'), 'zone', closed(rule.to), zones),
    ...peers,
  ];
}

function checkBalancer(scope: Scope, { config }: LoadBalancer): Violation[] {
  return config.listeners.flatMap((listener, index) => checkListener(scope, listener, index));
}

function checkListener(scope: Scope, listener: Listener, index: number): Violation[] {
  const at = (...rest: (string | number)[]) =>
    pointerOf('efms', scope.efm, 'config', 'listeners', index, ...rest);
  const members = listener.members.flatMap((name, position) => {
    const pointer = at('members', position);
    const unknown = unknownMember(scope, pointer, name);
    if (unknown.length > 0 || isOpen(name)) return unknown;
    const [first] = membersNamed(scope.outline, name);
    return first ? unreachable(scope, pointer, first.name, first.nics) : [];
  });
  return [
    ...unknownName(at('vnet'), 'VNet of this load balancer', closed(listener.vnet), scope.nets),
    ...unknownName(at('publicIp'), 'public IP', closed(listener.publicIp), publicIpNames(scope)),
    ...checkWayIn(scope, listener, at('publicIp')),
    ...members,
  ];
}

/** With a firewall, public addresses are the firewall's: it must be able to reach the listener. */
function checkWayIn({ outline, nets }: Scope, { publicIp, vnet }: Listener, pointer: string): Violation[] {
  const firewall = outline.members.find(({ kind }) => kind === 'firewall');
  const inside = vnet === undefined ? nets[0] : closed(vnet);
  if (!firewall || publicIp === undefined || inside === undefined) return [];
  if (firewall.nics.some((nic) => nic.vnet === undefined || nic.vnet === inside)) return [];
  const message = `The firewall “${firewall.name}” has no NIC in VNet “${inside}”, so it cannot forward to this listener.`;
  return [{ pointer, message, remedy: `Add “${inside}” to the firewall’s vnets.` }];
}
