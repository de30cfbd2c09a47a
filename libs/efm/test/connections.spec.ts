/** A VNet of one system joined with one of another: what the two firewalls are told, and what passes. */
import { describe, expect, it } from 'vitest';
import { findWayAcross, moduleRenderer, type End, type WorldModel } from '@openvsys/efm';
import type { ConnectionInput, FirewallInput } from '@openvsys/vsys';
import { firewall, rule, UPLINK } from './module-inputs.js';

const KEY = 'HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=';
const OTHER_KEY = 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=';
const connection = (changes: Partial<ConnectionInput> = {}): ConnectionInput => ({
  id: '019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11',
  zone: 'billing',
  index: 0,
  vnet: 'app',
  local: '10.0.2.0/24',
  remote: '10.9.0.0/24',
  publicKey: KEY,
  endpoint: '100.64.0.9:51821',
  ...changes,
});
const quiet = { portForwards: [], staticNat: [], sourceNat: null } as const;
const OUT = rule({
  id: 'r-out',
  from: 'app',
  to: 'billing',
  ports: [{ first: 443, last: 443 }],
  sources: null,
  destinations: null,
});
const own = (changes: Partial<FirewallInput> = {}) =>
  firewall({
    ...quiet,
    rules: [OUT],
    connections: [connection()],
    secrets: { 'connections/private.key': 'k\n' },
    ...changes,
  });
const rulesetOf = (input: FirewallInput): string => moduleRenderer.render(input).files['nftables.conf'] ?? '';

describe('a firewall with connections', () => {
  it('has one peer for each other system, with the networks that were agreed', () => {
    const second = connection({
      id: 'b',
      zone: 'stock',
      index: 1,
      vnet: 'dmz',
      local: '10.0.1.0/24',
      remote: '10.9.1.0/24',
    });
    const third = connection({
      id: 'c',
      zone: 'mail',
      index: 2,
      remote: '10.8.0.0/24',
      publicKey: OTHER_KEY,
      endpoint: null,
    });
    const { files, programs, interfaces, routes } = moduleRenderer.render(
      own({ connections: [connection(), second, third] }),
    );
    const tunnel = files['wg0.conf'] ?? '';
    expect(tunnel.match(/\[Peer\]/g)).toHaveLength(2);
    expect(tunnel).toContain(
      'AllowedIPs = 10.9.0.0/24, 10.9.1.0/24\nEndpoint = 100.64.0.9:51821\nPersistentKeepalive = 25',
    );
    expect(tunnel).toContain(`PublicKey = ${OTHER_KEY}\nAllowedIPs = 10.8.0.0/24\n`);
    expect(programs.map(({ name }) => name)).toContain('wireguard');
    expect(interfaces.at(-1)).toMatchObject({ name: 'wg0', mac: null });
    expect(routes.map(({ to, interface: name }) => [to, name])).toContainEqual(['10.8.0.0/24', 'wg0']);
  });

  it('is what it was without any', () => {
    const { files, programs } = moduleRenderer.render(firewall());
    expect([Object.keys(files), programs.map(({ name }) => name)]).toEqual([['nftables.conf'], ['nftables']]);
    expect(rulesetOf(firewall())).not.toContain('wg0');
  });

  it('lets pass what rules accept, by the range at the other end, and nothing else', () => {
    const ruleset = rulesetOf(own());
    expect(ruleset).toMatch(/iifname "eth\d" oifname "wg0" ip daddr 10\.9\.0\.0\/24 jump eth\d-wg0\.billing/);
    expect(ruleset).toContain('iifname "wg0" ip saddr != 10.9.0.0/24');
    expect(ruleset).toContain('iifname "uplink" udp dport 51821 accept');
    expect(ruleset).not.toContain('wg0.billing-eth');
  });

  it('sends no signs of life from a pair, whose passive one has nothing to say', () => {
    const pair = { member: 2, zone: 'dmz', peerAddress: '10.0.1.3', routerId: 1 } as const;
    expect(moduleRenderer.render(own({ pair })).files['wg0.conf']).not.toContain('PersistentKeepalive');
  });

  it.each([
    ['a range that overlaps with a VNet', { remote: '10.0.0.0/16' }, '/config/connections/0'],
    ['the range of the network outside', { remote: UPLINK.cidr }, '/config/connections/0'],
    ['a VNet that has another range now', { local: '10.0.7.0/24' }, '/config/connections/0'],
    ['a VNet that is gone', { vnet: null }, '/config/connections/0'],
  ])('refuses %s', (_, changes, pointer) => {
    const found = moduleRenderer.validate(own({ connections: [connection(changes)], rules: [] }));
    expect(found.map((violation) => violation.pointer)).toContain(pointer);
  });

  it('refuses rules that lead past the VNet that was joined', () => {
    const wrong = [
      rule({ id: 'r-1', from: 'dmz', to: 'billing', sources: null, destinations: null }),
      rule({ id: 'r-2', from: 'billing', to: 'internet', sources: null, destinations: null }),
    ];
    const found = moduleRenderer.validate(own({ rules: wrong }));
    expect(found.map(({ pointer }) => pointer)).toEqual(['/config/rules/0/from', '/config/rules/1/to']);
    expect(moduleRenderer.validate(own())).toEqual([]);
  });
});

describe('a way by a connection', () => {
  const world = (input: FirewallInput): WorldModel => ({
    efms: [input],
    nets: input.interfaces.map(({ zone: name, cidr }) => ({ name, cidr })),
  });
  const theirs = (rules: FirewallInput['rules']) =>
    firewall({
      ...quiet,
      rules,
      interfaces: [
        {
          zone: 'db',
          device: 0,
          mac: '02:00:00:00:00:09',
          address: '10.9.0.1',
          cidr: '10.9.0.0/24',
          virtualAddress: null,
        },
      ],
      connections: [
        connection({
          zone: 'shop',
          vnet: 'db',
          local: '10.9.0.0/24',
          remote: '10.0.2.0/24',
          publicKey: OTHER_KEY,
        }),
      ],
    });
  const IN = rule({
    id: 'r-in',
    from: 'shop',
    to: 'db',
    ports: [{ first: 443, last: 443 }],
    sources: null,
    destinations: null,
  });
  const A: End = { name: 'a', addresses: [{ vnet: 'app', address: '10.0.2.3' }] };
  const B: End = { name: 'b', addresses: [{ vnet: 'db', address: '10.9.0.10' }] };
  const ask = (mine: FirewallInput, other: FirewallInput, port = 443) =>
    findWayAcross(
      world(mine),
      { world: world(other), publicAddresses: [] },
      { from: A, to: B },
      { protocol: 'tcp', port },
    );

  it('passes when both owners let it, and names the rule of each', () => {
    const way = ask(own(), theirs([IN]));
    expect(way).toMatchObject({
      allowed: true,
      explanation: expect.stringContaining('connection “billing”'),
    });
    expect(way.steps.map(({ side, verdict }) => [side, verdict.pointer])).toEqual([
      ['own', '/config/rules/0'],
      ['other', '/config/rules/0'],
    ]);
  });

  it('ends where either of them does not', () => {
    expect(ask(own({ rules: [] }), theirs([IN]))).toMatchObject({ allowed: false, steps: [{ side: 'own' }] });
    expect(ask(own(), theirs([]))).toMatchObject({
      allowed: false,
      steps: [{ side: 'own' }, { side: 'other' }],
    });
    expect(ask(own(), theirs([IN]), 80).allowed).toBe(false);
  });

  it('is none when the other firewall does not know the connection', () => {
    const { connections: _gone, ...stranger } = theirs([]);
    expect(ask(own(), stranger)).toMatchObject({
      allowed: false,
      explanation: expect.stringContaining('no public address'),
    });
  });
});
