import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { firewall, firewalls, paired, rule } from '../../test/module-inputs.js';
import { joinedNetworks } from '../network.js';
import { adviseFirewall } from './advise.js';
import { firewallVerdict } from './reachability.js';
import { renderFirewall } from './render.js';
import { validateFirewall } from './validate.js';

type Input = Parameters<typeof renderFirewall>[0];
const text = (input: Input) => renderFirewall(input).files['nftables.conf'] ?? '';
const chain = (input: Input, name: string): string[] => {
  const body = text(input).split(`  chain ${name} {\n`)[1]?.split('\n  }\n')[0] ?? '';
  return body.split('\n').map((line) => line.trim());
};

describe('ports that connections come from', () => {
  const from = (first: number, last: number) => rule({ sourcePorts: [{ first, last }] });
  const decision = (input: Input) =>
    firewallVerdict(input, {
      source: '198.51.100.7',
      destination: '10.0.1.2',
      protocol: 'tcp',
      port: 80,
    }).reason;

  it('are asked for before the others, and no rule that leaves usual ones out decides about a connection', () => {
    const input = firewall({ rules: [from(1_000, 2_000)] });
    expect(text(input)).toMatch(/tcp sport 1000-2000 tcp dport /);
    expect(decision(input)).toBe('default');
    expect(decision(firewall({ rules: [from(1_024, 65_535)] }))).toBe('rule');
  });
});

describe('validating', () => {
  it('takes proper rules', () => {
    expect(validateFirewall(firewall())).toEqual([]);
  });

  it.each([
    ['a rule inside one VNet', rule({ from: 'dmz', to: 'dmz' }), '/config/rules/0/to'],
    ['a rule from outside to outside', rule({ to: 'internet' }), '/config/rules/0/to'],
    ['ports of icmp', rule({ protocol: 'icmp' }), '/config/rules/0/ports'],
    ['ports of any', rule({ protocol: 'any' }), '/config/rules/0/ports'],
    [
      'source ports of icmp',
      rule({ protocol: 'icmp', ports: [], sourcePorts: [{ first: 1, last: 2 }] }),
      '/config/rules/0/sourcePorts',
    ],
    ['a range backwards', rule({ ports: [{ first: 9, last: 8 }] }), '/config/rules/0/ports/0'],
    ['a port too high', rule({ ports: [{ first: 1, last: 65_536 }] }), '/config/rules/0/ports/0'],
    ['port 0', rule({ ports: [{ first: 0, last: 1 }] }), '/config/rules/0/ports/0'],
    ['an address outside of the VNet', rule({ destinations: ['10.0.2.9'] }), '/config/rules/0/destinations'],
    ['a VNet in the internet', rule({ sources: ['10.0.2.0/25'] }), '/config/rules/0/sources'],
    [
      'a rate of what is denied',
      rule({ action: 'deny', rateLimit: { perSecond: 1, burst: 1 } }),
      '/config/rules/0/rateLimit',
    ],
  ])('refuses %s', (_, wrong, pointer) => {
    expect(validateFirewall(firewall({ rules: [wrong] })).map((violation) => violation.pointer)).toEqual([
      pointer,
    ]);
  });

  it('takes networks that are routed through another appliance of the VNet', () => {
    const rules = [rule({ from: 'app', sources: null, destinations: ['192.168.7.9'] })];
    expect(validateFirewall(firewall({ rules }))).toHaveLength(1);
    const routes = [{ to: '192.168.7.0/24', via: '10.0.1.8', zone: 'dmz' }];
    expect(validateFirewall(firewall({ rules, routes }))).toEqual([]);
  });

  it('refuses a public port that leads to two places, pointing at the one that can be changed', () => {
    const [forward] = firewall().portForwards;
    const listener = { ...forward!, origin: 'listener “http” of “lb”' };
    const found = validateFirewall(firewall({ portForwards: [forward!, listener] }));
    expect(found).toMatchObject([
      { pointer: '/config/portForwards/0', message: expect.stringContaining('listener') },
    ]);
    const udp = { ...forward!, protocol: 'udp' as const };
    expect(validateFirewall(firewall({ portForwards: [forward!, udp] }))).toEqual([]);
  });

  it('refuses two servers for one public address', () => {
    const staticNat = [1, 2].map((n) => ({
      origin: `/config/staticNat/${n - 1}`,
      publicAddress: '203.0.113.2',
      toAddress: `10.0.2.${n}`,
    }));
    expect(validateFirewall(firewall({ staticNat }))).toMatchObject([{ pointer: '/config/staticNat/1' }]);
  });
});

describe('advice', () => {
  const messages = (rules: Input['rules'], changes: Partial<Input> = {}) =>
    adviseFirewall(firewall({ rules, ...changes })).map(({ pointer, message }) => [pointer, message]);
  const wide = rule({ id: 'wide', from: 'dmz', to: 'app', protocol: 'any', ports: [] });
  const narrow = rule({ id: 'narrow', from: 'dmz', to: 'app', ports: [{ first: 22, last: 22 }] });

  it('says which rule hides which', () => {
    expect(messages([wide, { ...narrow, action: 'deny' }], { portForwards: [] })).toEqual([
      ['/config/rules/1', 'Rule 2 never decides: rule 1 fits all that it fits, and comes first.'],
    ]);
    expect(messages([wide, narrow], { portForwards: [] })).toEqual([
      ['/config/rules/1', 'Rule 2 is not needed: rule 1 fits all that it fits, and comes first.'],
    ]);
    expect(messages([{ ...narrow, action: 'deny' }, wide], { portForwards: [] })).toEqual([]);
  });

  it('says which rules overlap and decide differently', () => {
    const some = { ...narrow, ports: [], sources: ['10.0.1.0/28'] };
    const ssh = { ...narrow, action: 'deny' as const };
    expect(messages([some, ssh], { portForwards: [] })).toEqual([
      ['/config/rules/1', expect.stringContaining('Rule 2 and rule 1 overlap')],
    ]);
  });

  it('says that a forward is let in by no rule, and that a rule is reached by no forward', () => {
    expect(messages([narrow])).toEqual([
      ['/config/portForwards/0', expect.stringContaining('no rule lets it in')],
    ]);
    expect(messages([rule({ ports: [{ first: 8080, last: 8080 }] })])).toEqual([]);
    expect(messages([rule()], { portForwards: [] })).toEqual([
      ['/config/rules/0', expect.stringContaining('no public address leads')],
    ]);
  });

  it('says that a rule fits nobody', () => {
    expect(messages([rule({ destinations: [] })], { portForwards: [] })).toEqual([
      ['/config/rules/0/destinations', expect.stringContaining('fits nobody')],
    ]);
  });

  test.prop([firewalls])('a rule that is said to decide nothing decides nothing', (input) => {
    const hidden = adviseFirewall(input).flatMap(({ pointer, message }) =>
      /never decides|is not needed/.test(message) ? [Number(pointer.split('/').at(-1))] : [],
    );
    const without = { ...input, rules: input.rules.filter((_, index) => !hidden.includes(index)) };
    for (const flow of fc.sample(flowsIn, { numRuns: 50, seed: 1 })) {
      expect(firewallVerdict(without, flow).allowed).toBe(firewallVerdict(input, flow).allowed);
    }
  });
});

const flowsIn = fc.record({
  source: fc.constantFrom('10.0.1.2', '10.0.1.77', '10.0.2.3', '10.0.2.200', '11.3.7.9', '40.2.7.9'),
  destination: fc.constantFrom('10.0.1.2', '10.0.2.3', '10.0.2.250', '203.0.113.1', '17.3.7.9'),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  port: fc.integer({ min: 1, max: 65_535 }),
});

describe('rendering', () => {
  it('writes the rules of each pair of zones in their order', () => {
    const rules = [
      rule({ id: 'a', sources: ['198.51.100.0/24', '192.0.2.1'], destinations: ['10.0.1.2'], log: true }),
      rule({ id: 'b', from: 'dmz', to: 'app', protocol: 'udp', ports: [], action: 'deny' }),
      rule({ id: 'c', from: 'app', to: 'internet', protocol: 'icmp', ports: [] }),
      rule({ id: 'd', from: 'app', to: 'internet', protocol: 'any', ports: [] }),
    ];
    const input = firewall({ rules });
    expect(chain(input, 'uplink-eth0')).toEqual([
      'ip saddr { 198.51.100.0/24, 192.0.2.1 } ip daddr 10.0.1.2 tcp dport 80 log prefix "openvsys a " level info counter accept comment "a"',
    ]);
    expect(chain(input, 'eth0-eth1')).toEqual(['ip protocol udp counter drop comment "b"']);
    expect(chain(input, 'eth1-uplink')).toEqual([
      'ip protocol icmp counter accept comment "c"',
      'counter accept comment "d"',
    ]);
    expect(text(input)).toContain(
      'vmap { "eth0" . "eth1" : jump eth0-eth1, "eth1" . "uplink" : jump eth1-uplink, "uplink" . "eth0" : jump uplink-eth0 }',
    );
  });

  it('denies what is beyond a rate before it accepts the rest', () => {
    const input = firewall({ rules: [rule({ rateLimit: { perSecond: 5, burst: 9 } })] });
    expect(chain(input, 'uplink-eth0')).toEqual([
      'tcp dport 80 limit rate over 5/second burst 9 packets counter drop comment "r-web-beyond"',
      'tcp dport 80 counter accept comment "r-web"',
    ]);
  });

  it('drops senders that cannot be where they come from', () => {
    expect(text(firewall())).toContain('iifname "eth0" ip saddr != 10.0.1.0/24 counter name "spoofed" drop');
    expect(text(firewall())).toContain('iifname "uplink" ip saddr { 10.0.1.0/24, 10.0.2.0/24 } counter');
  });

  it('denies by default and logs that when wanted', () => {
    expect(text(firewall())).toContain('type filter hook forward priority filter; policy drop;');
    expect(text(firewall())).toContain('log prefix "openvsys denied "');
    expect(text(firewall({ logDenied: false }))).not.toContain('openvsys denied');
  });

  it('leaves a rule out that is about a role without servers, instead of opening the zone', () => {
    expect(text(firewall({ rules: [rule({ destinations: [] })] }))).not.toContain('chain uplink-eth0');
  });

  it('writes NAT', () => {
    const staticNat = [{ origin: '/x', publicAddress: '203.0.113.2', toAddress: '10.0.2.9' }];
    expect(chain(firewall({ staticNat }), 'prerouting').slice(1)).toEqual([
      'ip daddr 203.0.113.1 tcp dport 80 counter name "forward-0" dnat to 10.0.1.2:8080',
      'ip daddr 203.0.113.2 counter name "static-0" dnat to 10.0.2.9',
    ]);
    expect(chain(firewall({ staticNat }), 'postrouting').slice(-2)).toEqual([
      'oifname "uplink" ip saddr 10.0.2.9 snat to 203.0.113.2',
      'oifname "uplink" ip saddr 10.0.2.0/24 counter name "source-nat" snat to 203.0.113.1',
    ]);
    expect(text(firewall({ sourceNat: null }))).not.toContain('snat');
  });

  it('answers names and gives addresses only when that is wanted', () => {
    expect(Object.keys(renderFirewall(firewall()).files)).toEqual(['nftables.conf']);
    const hosts = [{ name: 'web-1', mac: '02:00:00:00:00:11', address: '10.0.1.2' }];
    const { files } = renderFirewall(
      firewall({
        dns: {
          domain: 'shop',
          forwarders: ['192.0.2.53'],
          records: [{ name: 'web-1', address: '10.0.1.2' }],
        },
        dhcp: { leaseSeconds: 600, networks: [{ zone: 'dmz', hosts }] },
      }),
    );
    expect(files['hosts']).toBe('10.0.1.2 web-1.shop web-1\n');
    expect(files['dhcp-hosts']).toBe('02:00:00:00:00:11,set:dmz,10.0.1.2,web-1\n');
    expect(files['dnsmasq.conf']?.split('\n')).toEqual(
      expect.arrayContaining([
        'server=192.0.2.53',
        'dhcp-range=set:dmz,10.0.1.0,static,255.255.255.0,600',
        'dhcp-option=tag:dmz,option:router,10.0.1.1',
      ]),
    );
    expect(files['nftables.conf']).toContain('udp dport 67 accept');
  });

  it('lets the two of a pair hear each other, and nobody else speak for them', () => {
    expect(text(paired(firewall()))).toContain('iifname "eth0" ip saddr 10.0.1.3 ip protocol vrrp accept');
    expect(text(firewall())).not.toContain('vrrp');
  });

  it('joins networks that overlap', () => {
    expect(joinedNetworks(['10.0.0.7/8', '10.1.0.0/16', '10.0.0.0/8', '192.0.2.1'])).toEqual([
      '10.0.0.0/8',
      '192.0.2.1',
    ]);
  });
});
