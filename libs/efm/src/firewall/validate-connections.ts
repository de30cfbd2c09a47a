/** What cannot be joined: ranges that overlap, networks that are not there any more, rules that lead past a connection. */
import type { ConnectionInput, FirewallInput, FirewallRuleInput, Violation } from '@openvsys/vsys';
import { networkRange, overlap } from '../network.js';

export const validateConnections = (input: FirewallInput): Violation[] => {
  const { connections = [] } = input;
  return [
    ...connections.flatMap((connection) => [
      ...validateLocal(connection, input),
      ...validateRemote(connection, input),
    ]),
    ...input.rules.flatMap((rule, index) => validateRule(rule, connections, `/config/rules/${index}`)),
  ];
};

const placeOf = ({ index }: ConnectionInput): string => `/config/connections/${index}`;

/** The other side knows the range that was agreed. */
function validateLocal(connection: ConnectionInput, { interfaces }: FirewallInput): Violation[] {
  const { vnet, local, zone } = connection;
  const own = interfaces.find((nic) => nic.zone === vnet);
  if (own?.cidr === local) return [];
  const message =
    own === undefined
      ? `The connection “${zone}” joins ${vnet === null ? 'a VNet that is not there any more' : `VNet “${vnet}”, which the firewall is not in`}.`
      : `The connection “${zone}” was agreed for ${local}, and VNet “${own.zone}” has ${own.cidr}.`;
  return [{ pointer: placeOf(connection), message, remedy: 'Delete the connection first.' }];
}

function validateRemote(connection: ConnectionInput, input: FirewallInput): Violation[] {
  const { interfaces, routes, uplink, connections = [] } = input;
  const taken = [
    ...interfaces.map(({ zone, cidr }) => ({ what: `VNet “${zone}”`, cidr })),
    ...routes.map(({ to, zone }) => ({ what: `a network behind VNet “${zone}”`, cidr: to })),
    ...connections
      .filter((other) => other.index < connection.index)
      .map(({ zone, remote }) => ({ what: `the connection “${zone}”`, cidr: remote })),
    ...(uplink === null ? [] : [{ what: 'the network outside of the firewall', cidr: uplink.cidr }]),
  ];
  const other = taken.find(({ cidr }) => overlap(networkRange(cidr), networkRange(connection.remote)));
  if (other === undefined) return [];
  const message = `The connection “${connection.zone}” leads to ${connection.remote}, which overlaps with ${other.what} (${other.cidr}).`;
  const remedy = 'Connect VNets whose ranges have no address in common.';
  return [{ pointer: placeOf(connection), message, remedy }];
}

/** Only the VNet that was agreed is joined: neither others, nor the internet, nor a third system. */
function validateRule(
  { from, to }: FirewallRuleInput,
  connections: readonly ConnectionInput[],
  pointer: string,
): Violation[] {
  const sides = [
    { connection: connections.find(({ zone }) => zone === from), other: to, pointer: `${pointer}/to` },
    { connection: connections.find(({ zone }) => zone === to), other: from, pointer: `${pointer}/from` },
  ];
  return sides.flatMap(({ connection, other, pointer: place }) => {
    if (connection === undefined || connection.vnet === other || other === connection.zone) return [];
    const message = `The connection “${connection.zone}” joins VNet “${connection.vnet ?? ''}” only, not “${other}”.`;
    return [
      { pointer: place, message, remedy: `Name “${connection.vnet ?? ''}”, or connect the other VNet.` },
    ];
  });
}
