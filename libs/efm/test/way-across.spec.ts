import { describe, expect, it } from 'vitest';
import { findWayAcross, type End, type OtherSystem, type WorldModel } from '@openvsys/efm';
import type { FirewallInput } from '@openvsys/vsys';
import { firewall, rule, UPLINK } from './module-inputs.js';

const NETS = [
  { name: 'dmz', cidr: '10.0.1.0/24' },
  { name: 'app', cidr: '10.0.2.0/24' },
];
const OUT = rule({ id: 'r-out', from: 'app', to: 'internet', protocol: 'any', ports: [] });
const NAT: FirewallInput['sourceNat'] = { publicAddress: '203.0.113.1', networks: ['10.0.2.0/24'] };
const own = (changes: Partial<FirewallInput> = {}): WorldModel => ({
  nets: NETS,
  efms: [firewall({ rules: [OUT], sourceNat: NAT, portForwards: [], staticNat: [], ...changes })],
});

const FORWARD: FirewallInput['portForwards'][number] = {
  ...firewall().portForwards[0]!,
  publicAddress: '203.0.113.9',
  port: 443,
  toAddress: '10.0.1.20',
  toPort: 443,
};
const IN = rule({ ports: [{ first: 443, last: 443 }], sources: null, destinations: null });
const other = (changes: Partial<FirewallInput> = {}): OtherSystem => ({
  publicAddresses: ['203.0.113.8', '203.0.113.9'],
  world: {
    nets: NETS,
    efms: [
      firewall({
        rules: [IN],
        portForwards: [FORWARD],
        staticNat: [],
        sourceNat: null,
        uplink: { ...UPLINK, publicAddresses: ['203.0.113.8', '203.0.113.9'] },
        ...changes,
      }),
    ],
  },
});

const A: End = { name: 'a', addresses: [{ vnet: 'app', address: '10.0.2.3' }] };
const B: End = { name: 'b', addresses: [{ vnet: 'dmz', address: '10.0.1.20' }] };
const ask = (from: End, to: End, by: WorldModel = own(), into: OtherSystem = other(), port = 443) =>
  findWayAcross(by, into, { from, to }, { protocol: 'tcp', port });

describe('a way from one system into another', () => {
  it('leads out through the own firewall and in through the other one, by the public address that does', () => {
    const way = ask(A, B);
    expect(way.allowed).toBe(true);
    expect(way.steps.map(({ side, efm, flow }) => [side, efm, flow.source, flow.destination])).toEqual(
      [
        ['own', 'fw', '10.0.2.3', '203.0.113.9'],
        ['other', 'fw', '203.0.113.1', '203.0.113.9'],
        ['other', null, '203.0.113.1', '10.0.1.20'],
      ].slice(0, way.steps.length),
    );
    expect(way.steps.length).toBeGreaterThanOrEqual(2);
    expect(way.explanation).toContain('by 203.0.113.9');
  });

  it('ends where the own firewall denies it, whatever the other one says', () => {
    const way = ask(A, B, own({ rules: [] }));
    expect([way.allowed, way.steps.map(({ side }) => side)]).toEqual([false, ['own']]);
  });

  it('ends where the other firewall denies it', () => {
    const way = ask(A, B, own(), other({ rules: [] }));
    expect([way.allowed, way.steps.at(-1)?.side]).toEqual([false, 'other']);
    expect(way.steps.at(-1)?.verdict.reason).toBe('default');
  });

  it('needs source NAT: no private address comes back', () => {
    const way = ask(A, B, own({ sourceNat: null }));
    expect(way.allowed).toBe(false);
    expect(way.explanation).toContain('without source NAT');
  });

  it('must arrive at the server that was asked for', () => {
    const elsewhere: End = { name: 'c', addresses: [{ vnet: 'dmz', address: '10.0.1.77' }] };
    const way = ask(A, elsewhere);
    expect([way.allowed, way.explanation]).toEqual([false, expect.stringContaining('not to “c”')]);
    const door: End = { name: 'www', addresses: [{ vnet: null, address: '203.0.113.9' }] };
    expect(ask(A, door).allowed).toBe(true);
    expect(ask(A, door, own(), other(), 22).allowed).toBe(false);
  });

  it('is nowhere when the other system has no public address', () => {
    const way = ask(A, B, own(), { ...other(), publicAddresses: [] });
    expect(way).toMatchObject({
      allowed: false,
      steps: [],
      explanation: expect.stringContaining('no public address'),
    });
  });
});
