/**
 * Isolation does not depend on EFMs: whatever a configuration says, what a pool is told of segments and network cards
 * (VLANs, MACs, the addresses that a card is locked to) stays the same.
 */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { EfmDesign, VsysDesign } from '@openvsys/vsys';
import { allocationOf, allocationOfDesign, designOfText, libraryText } from './library-documents.js';

const SHOP = libraryText('secure-shop.yaml');
const AT = new Date('2027-01-01');
const design = designOfText(SHOP);
const first = allocationOf(SHOP).spec;
const PAIRS = [
  ['internet', 'dmz'],
  ['dmz', 'app'],
  ['app', 'internet'],
  ['internet', 'app'],
] as const;

const rule = fc.record({
  zones: fc.constantFrom(...PAIRS),
  protocol: fc.constantFrom('tcp', 'udp', 'any', 'icmp' as const),
  action: fc.constantFrom('accept', 'deny' as const),
  log: fc.boolean(),
});
const config = fc.record({
  rules: fc.array(rule, { maxLength: 20 }),
  logDenied: fc.boolean(),
  hasNat: fc.boolean(),
  leases: fc.option(fc.integer({ min: 120, max: 600 }), { nil: undefined }),
});

function withFirewall(wish: typeof config extends fc.Arbitrary<infer T> ? T : never): VsysDesign {
  const efms = design.efms.map((efm): EfmDesign => {
    if (efm.kind !== 'firewall') return efm;
    const rules = wish.rules.map(({ zones: [from, to], ...given }) => ({
      ...given,
      from,
      to,
      ports: [],
      sources: null,
      destinations: null,
    }));
    const { logDenied, hasNat, leases } = wish;
    const vnets = ['dmz', 'app'];
    return {
      ...efm,
      config: {
        ...efm.config,
        rules,
        logDenied,
        sourceNat: hasNat ? efm.config.sourceNat : null,
        ...(leases === undefined ? {} : { dhcp: { vnets, leaseSeconds: leases } }),
      },
    };
  });
  return { ...design, efms };
}

describe('any configuration of a firewall', () => {
  test.prop([config], { numRuns: 100 })('leaves segments and network cards as they are', (wish) => {
    const { spec } = allocationOfDesign(withFirewall(wish), AT, { spec: first, design });
    const shapeOf = ({ nets, servers }: typeof spec) => ({
      nets,
      nics: servers.map(({ id, nics }) => ({ id, nics })),
    });
    expect(shapeOf(spec)).toEqual(shapeOf(first));
    const { servers } = spec;
    for (const nic of servers.flatMap(({ nics }) => nics)) expect(nic.ipv4).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    const open = servers.filter(
      ({ kind, nics }) => kind === 'server' && nics.some(({ alsoIpv4 }) => alsoIpv4),
    );
    expect(open).toEqual([]);
  });
});
