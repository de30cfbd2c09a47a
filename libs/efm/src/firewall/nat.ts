/** Address translation of a firewall as chains. */
import { CONNECTION_PORT, type FirewallInput } from '@openvsys/vsys';
import { UPLINK } from '../appliance/interfaces.js';
import { quoted, setOf, type Chain } from '../nftables/ruleset.js';
import { SOURCE_NAT, forwardName, staticNatName } from './counters.js';

/** Inside servers reach the public address too, so the interface is not part of the match. */
export function preroutingChain({ portForwards, staticNat, connections = [] }: FirewallInput): Chain {
  // A pair is called at a public address, which may be one that a server has for itself.
  const tunnel =
    connections.length === 0 || staticNat.length === 0
      ? []
      : [`iifname ${quoted(UPLINK)} udp dport ${CONNECTION_PORT} accept`];
  const forwards = portForwards.map(
    ({ publicAddress, protocol, port, toAddress, toPort }, index) =>
      `ip daddr ${publicAddress} ${protocol} dport ${port} counter name ${quoted(forwardName(index))} dnat to ${toAddress}:${toPort}`,
  );
  const whole = staticNat.map(
    ({ publicAddress, toAddress }, index) =>
      `ip daddr ${publicAddress} counter name ${quoted(staticNatName(index))} dnat to ${toAddress}`,
  );
  return {
    name: 'prerouting',
    hook: 'type nat hook prerouting priority dstnat; policy accept;',
    rules: [...forwards, ...tunnel, ...whole],
  };
}

export function postroutingChain({ interfaces, staticNat, sourceNat }: FirewallInput): Chain {
  const outside = `oifname ${quoted(UPLINK)}`;
  return {
    name: 'postrouting',
    hook: 'type nat hook postrouting priority srcnat; policy accept;',
    rules: [
      // Back into the same VNet by way of a public address: the answer has to come back here.
      ...interfaces.map(({ cidr }) => `ip saddr ${cidr} ip daddr ${cidr} ct status dnat masquerade`),
      ...staticNat.map(
        ({ publicAddress, toAddress }) => `${outside} ip saddr ${toAddress} snat to ${publicAddress}`,
      ),
      ...(sourceNat === null || sourceNat.networks.length === 0
        ? []
        : [
            `${outside} ip saddr ${setOf(sourceNat.networks)} counter name ${quoted(SOURCE_NAT)} snat to ${sourceNat.publicAddress}`,
          ]),
    ],
  };
}
