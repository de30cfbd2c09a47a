import { describe, expect, it } from 'vitest';
import { firewall, rule } from '../../test/module-inputs.js';
import { joinedNetworks, joinedPorts } from './model.js';
import { renderFirewall } from './render.js';
import { validateFirewall } from './validate.js';

const text = (input: Parameters<typeof renderFirewall>[0]) => renderFirewall(input)['nftables.conf'] ?? '';
const forwardRules = (input: Parameters<typeof renderFirewall>[0]) =>
  text(input)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('iifname') && line.includes('oifname'));

describe('validating', () => {
  it('takes proper rules', () => {
    expect(validateFirewall(firewall())).toEqual([]);
  });

  it.each([
    ['a rule inside one VNet', rule({ from: 'dmz', to: 'dmz' }), '/config/rules/0/to'],
    ['a rule from outside to outside', rule({ to: 'internet' }), '/config/rules/0/to'],
    ['ports of icmp', rule({ protocol: 'icmp' }), '/config/rules/0/ports'],
    ['ports of any', rule({ protocol: 'any' }), '/config/rules/0/ports'],
    ['a range backwards', rule({ ports: [{ first: 9, last: 8 }] }), '/config/rules/0/ports/0'],
    ['a port too high', rule({ ports: [{ first: 1, last: 65_536 }] }), '/config/rules/0/ports/0'],
    ['port 0', rule({ ports: [{ first: 0, last: 1 }] }), '/config/rules/0/ports/0'],
  ])('refuses %s', (_, wrong, pointer) => {
    expect(validateFirewall(firewall({ rules: [wrong] })).map((violation) => violation.pointer)).toEqual([
      pointer,
    ]);
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
});

describe('rendering', () => {
  it('writes rules in their order, with zones as interfaces', () => {
    const rules = [
      rule({ sources: ['198.51.100.0/24', '192.0.2.1'], destinations: ['10.0.1.2'], log: true }),
      rule({ from: 'dmz', to: 'app', protocol: 'udp', ports: [], action: 'deny' }),
      rule({ from: 'app', to: 'internet', protocol: 'icmp', ports: [] }),
      rule({ from: 'app', to: 'internet', protocol: 'any', ports: [] }),
    ];
    expect(forwardRules(firewall({ rules }))).toEqual([
      'iifname "uplink" oifname "eth0" ip saddr { 198.51.100.0/24, 192.0.2.1 } ip daddr 10.0.1.2 tcp dport 80 log prefix "openvsys rule 1 " level info counter accept',
      'iifname "eth0" oifname "eth1" ip protocol udp counter drop',
      'iifname "eth1" oifname "uplink" ip protocol icmp counter accept',
      'iifname "eth1" oifname "uplink" counter accept',
    ]);
  });

  it('drops senders that cannot be where they come from', () => {
    expect(text(firewall())).toContain('iifname "eth0" ip saddr != 10.0.1.0/24 drop');
    expect(text(firewall())).toContain('iifname "uplink" ip saddr { 10.0.1.0/24, 10.0.2.0/24 } drop');
  });

  it('denies by default and logs that when wanted', () => {
    expect(text(firewall())).toContain('type filter hook forward priority filter; policy drop;');
    expect(text(firewall())).toContain('log prefix "openvsys denied "');
    expect(text(firewall({ logDenied: false }))).not.toContain('openvsys denied');
  });

  it('leaves a rule out that is about a role without servers, instead of opening the zone', () => {
    expect(forwardRules(firewall({ rules: [rule({ destinations: [] })] }))).toEqual([]);
  });

  it('writes NAT', () => {
    expect(text(firewall())).toContain('ip daddr 203.0.113.1 tcp dport 80 counter dnat to 10.0.1.2:8080');
    expect(text(firewall())).toContain('oifname "uplink" ip saddr 10.0.2.0/24 counter snat to 203.0.113.1');
    expect(text(firewall({ sourceNat: null }))).not.toContain('snat');
  });

  it('joins ports and networks that overlap', () => {
    const ranges = [
      { first: 80, last: 80 },
      { first: 8000, last: 8010 },
      { first: 8005, last: 8020 },
      { first: 81, last: 82 },
    ];
    expect(joinedPorts(ranges)).toEqual([
      { first: 80, last: 82 },
      { first: 8000, last: 8020 },
    ]);
    expect(joinedNetworks(['10.0.0.7/8', '10.1.0.0/16', '10.0.0.0/8', '192.0.2.1'])).toEqual([
      '10.0.0.0/8',
      '192.0.2.1',
    ]);
  });
});
