/** The document of a firewall: nftables, dnsmasq and the tunnel when they are wanted, and how to see that they work. */
import type { FirewallInput, ModuleProbe } from '@openvsys/vsys';
import { zoneInterface } from '../appliance/interfaces.js';
import type { RenderedModule } from '../module.js';
import { rulesetText } from '../nftables/ruleset.js';
import { DNSMASQ_FILE, renderNames } from './names.js';
import { firewallRuleset } from './ruleset.js';
import { renderTunnel } from './tunnel.js';

export const RULESET_FILE = 'nftables.conf';
const PROBE_SECONDS = 10;

export function renderFirewall(input: FirewallInput): RenderedModule {
  const names = renderNames(input);
  const tunnel = renderTunnel(input);
  const hasNames = names[DNSMASQ_FILE] !== undefined;
  return {
    files: { [RULESET_FILE]: rulesetText(firewallRuleset(input)), ...names, ...tunnel.files },
    programs: [
      { name: 'nftables', config: RULESET_FILE },
      ...(hasNames ? [{ name: 'dnsmasq', config: DNSMASQ_FILE } as const] : []),
      ...tunnel.programs,
    ],
    forwarding: true,
    probes: [...dnsProbes(input), ...tunnel.probes],
    ...(tunnel.interfaces.length === 0 ? {} : { interfaces: tunnel.interfaces }),
    routes: [
      ...input.routes.flatMap(({ to, via, zone }) => {
        const name = zoneInterface(input, zone);
        return name === undefined ? [] : [{ to, via, interface: name }];
      }),
      ...tunnel.routes,
    ],
  };
}

/** A name of the system itself: does not depend on anybody outside. */
function dnsProbes({ dns, interfaces }: FirewallInput): ModuleProbe[] {
  const record = dns?.records[0];
  const [own] = interfaces;
  if (!dns || !record || !own) return [];
  const alone = dns.records.filter(({ name }) => name === record.name).length === 1;
  return [
    {
      name: 'dns',
      timeoutSeconds: PROBE_SECONDS,
      kind: 'dns',
      address: own.address,
      question: `${record.name}.${dns.domain}`,
      expected: alone ? record.address : null,
    },
  ];
}
