/** The kinds of EFMs that there are, and the renderer made of them. */
import { createHash } from 'node:crypto';
import type { EfmKind, ModuleDocument, ModuleInput, ModuleRenderer, Violation } from '@openvsys/vsys';
import { canonicalJson } from './canonical-json.js';
import { firewallModule } from './firewall/module.js';
import { loadBalancerModule } from './load-balancer/module.js';
import type { EfmModule } from './module.js';

export const EFM_MODULES: { readonly [Kind in EfmKind]: EfmModule<Kind> } = {
  firewall: firewallModule,
  'load-balancer': loadBalancerModule,
};

/** The implementation of the port: no state, no I/O. */
export const moduleRenderer: ModuleRenderer = {
  validate(input: ModuleInput): readonly Violation[] {
    return input.kind === 'firewall'
      ? EFM_MODULES.firewall.validate(input)
      : EFM_MODULES['load-balancer'].validate(input);
  },
  render(input: ModuleInput): ModuleDocument {
    const files =
      input.kind === 'firewall'
        ? EFM_MODULES.firewall.render(input)
        : EFM_MODULES['load-balancer'].render(input);
    const { format } = EFM_MODULES[input.kind];
    const content = {
      kind: input.kind,
      format,
      files,
      programs:
        input.kind === 'firewall'
          ? [{ name: 'nftables', config: 'nftables.conf' } as const]
          : [{ name: 'haproxy', config: 'haproxy.cfg' } as const],
      interfaces: input.interfaces.map(({ device, mac, address, cidr }) => ({
        name: `eth${device}`,
        mac,
        addresses: [`${address}/${cidr.split('/')[1] ?? '32'}`],
        virtualAddresses: [],
        mtu: null,
      })),
      routes: [],
      forwarding: input.kind === 'firewall',
      secrets: [],
      probes: [],
      pair: null,
    };
    return { ...content, hash: createHash('sha256').update(canonicalJson(content)).digest('hex') };
  },
};
