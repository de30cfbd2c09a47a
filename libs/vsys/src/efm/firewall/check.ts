/** What a firewall refers to: zones, public IPs, servers. */
import type { Violation } from '../../errors.js';
import { INTERNET } from '../../spec/checks/internet.js';
import { closed } from '../../spec/outline.js';
import {
  checkTarget,
  configPointer,
  unknownMember,
  unknownName,
  unknownPublicIp,
  type EfmScope,
} from '../efm-scope.js';
import type { FirewallTemplate } from './schema.js';

type Config = NonNullable<FirewallTemplate['config']>;
type Rule = NonNullable<Config['rules']>[number];

export function checkFirewall(scope: EfmScope, { config = {} }: FirewallTemplate): Violation[] {
  const { rules = [], sourceNat, staticNat = [], portForwards = [], dhcp, connections = [] } = config;
  const at = (...rest: (string | number)[]) => configPointer(scope, ...rest);
  return [
    ...checkConnections(scope, connections),
    ...rules.flatMap((rule, index) => checkRule(scope, rule, index, connections)),
    ...unknownPublicIp(scope, at('sourceNat', 'publicIp'), sourceNat?.publicIp),
    ...checkNets(scope, sourceNat?.vnets, 'sourceNat'),
    ...checkNets(scope, dhcp?.vnets, 'dhcp'),
    ...staticNat.flatMap(({ publicIp, server }, index) => [
      ...unknownPublicIp(scope, at('staticNat', index, 'publicIp'), publicIp),
      ...checkTarget(scope, at('staticNat', index, 'server'), server),
    ]),
    ...portForwards.flatMap(({ publicIp, server }, index) => [
      ...unknownPublicIp(scope, at('portForwards', index, 'publicIp'), publicIp),
      ...checkTarget(scope, at('portForwards', index, 'server'), server),
    ]),
  ];
}

const checkNets = (scope: EfmScope, vnets: readonly string[] = [], section: string): Violation[] =>
  vnets.flatMap((vnet, index) =>
    unknownName(
      configPointer(scope, section, 'vnets', index),
      'VNet of this firewall',
      closed(vnet),
      scope.nets,
    ),
  );

/** A zone has one name, and a name is one zone. */
function checkConnections(scope: EfmScope, names: readonly string[]): Violation[] {
  return names.flatMap((name, index) => {
    const isTaken = [...scope.allNets, INTERNET, ...names.slice(0, index)].includes(name);
    if (!isTaken) return [];
    const message = `“${name}” is the name of another zone.`;
    return [{ pointer: configPointer(scope, 'connections', index), message, remedy: 'Choose another name.' }];
  });
}

function checkRule(scope: EfmScope, rule: Rule, index: number, connections: readonly string[]): Violation[] {
  const zones = [...scope.nets, INTERNET, ...connections];
  const at = (...rest: (string | number)[]) => configPointer(scope, 'rules', index, ...rest);
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
