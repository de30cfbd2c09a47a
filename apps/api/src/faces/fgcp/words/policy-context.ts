/** What names in the rules of a firewall mean now. */
import type { WrittenConfig } from '@openvsys/vsys';
import type { ApplianceSeat } from '../fgcp-appliances.js';
import { addressOfMember, natRules } from './nat-rules.js';
import type { PolicyContext } from './policy-rules.js';

/** `config`: of the firewall, which says where public addresses lead. */
export function policyContext({ members, nets, addresses }: ApplianceSeat, config: object): PolicyContext {
  const rules = natRules(config as WrittenConfig, { members, addresses });
  const serverAt = new Map(members.map((member) => [addressOfMember(member), member.name]));
  const behind = new Map(
    rules.flatMap(({ publicIp, privateIp }) => {
      const server = serverAt.get(privateIp);
      return privateIp === undefined || server === undefined ? [] : [[publicIp, server] as const];
    }),
  );
  const publicOf = new Map([...behind].map(([address, server]) => [server, address]));
  return {
    addressesOf: (zone, name) => {
      const net = nets.find((each) => each.name === zone)?.id;
      return members
        .filter((member) => member.name === name || member.role === name)
        .flatMap(({ nics }) => nics.filter(({ vnetId }) => vnetId === net).map(({ ipv4 }) => ipv4));
    },
    publicAddressOf: (server) => publicOf.get(server),
    serverBehind: (address) => behind.get(address),
  };
}
