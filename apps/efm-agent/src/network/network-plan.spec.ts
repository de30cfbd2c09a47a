import { describe, expect, it } from 'vitest';
import type { ApplianceInterface } from '@openvsys/vsys';
import type { Link } from './ip-json.js';
import { addressSteps, linkSteps, routeSteps } from './network-plan.js';

const link = (ifname: string, address: string, addresses: readonly string[] = []): Link => ({
  ifname,
  address,
  mtu: 1500,
  flags: ['UP'],
  link_type: 'ether',
  addr_info: addresses.map((each) => {
    const [local = '', prefix] = each.split('/');
    return { family: 'inet', local, prefixlen: Number(prefix) };
  }),
});
const card = (name: string, mac: string, more: Partial<ApplianceInterface> = {}): ApplianceInterface => ({
  name,
  mac,
  addresses: [],
  virtualAddresses: [],
  mtu: null,
  ...more,
});

describe('links', () => {
  it('need nothing when they are as they should be, whatever the case of their MAC', () => {
    expect(linkSteps([card('eth0', '02:AA:00:00:00:01')], [link('eth0', '02:aa:00:00:00:01')])).toEqual([]);
  });

  it('can change names with each other', () => {
    const wanted = [card('eth0', '02::2'), card('eth1', '02::1')];
    const steps = linkSteps(wanted, [link('eth0', '02::1'), link('eth1', '02::2')]).map((step) =>
      step.join(' '),
    );
    const lastAway = steps.findLastIndex((step) => step.includes('name moving'));
    expect(steps.findIndex((step) => step.endsWith('name eth0'))).toBeGreaterThan(lastAway);
    expect(steps).toContain('link set eth1 up');
  });

  it('that are missing are an error that names the MAC', () => {
    expect(() => linkSteps([card('eth0', '02::9')], [link('eth0', '02::1')])).toThrow('02::9');
  });
});

describe('addresses', () => {
  it('are added before others are removed, and those of keepalived are left alone', () => {
    const wanted = card('eth0', '02::1', { addresses: ['10.0.0.2/24'], virtualAddresses: ['10.0.0.1/24'] });
    const steps = addressSteps([wanted], [link('eth0', '02::1', ['10.0.0.1/24', '10.0.0.9/24'])]);
    expect(steps.map(([, verb, address]) => [verb, address])).toEqual([
      ['add', '10.0.0.2/24'],
      ['delete', '10.0.0.9/24'],
    ]);
  });
});

describe('routes', () => {
  const names = new Set(['uplink']);
  const route = { to: '0.0.0.0/0', via: '100.64.0.1', interface: 'uplink' };

  it('that are there are left alone; one with a metric is not the same', () => {
    const present = { dst: 'default', gateway: '100.64.0.1', dev: 'uplink', protocol: 'static' };
    expect(routeSteps([route], [present], names)).toEqual([]);
    expect(routeSteps([route], [{ ...present, metric: 100 }], names)).toHaveLength(1);
  });

  it('that nobody wants are removed, but not those of the kernel and of other links', () => {
    const present = [
      { dst: '10.9.0.0/16', gateway: '100.64.0.9', dev: 'uplink', protocol: 'dhcp' },
      { dst: '100.64.0.0/16', dev: 'uplink', protocol: 'kernel' },
      { dst: '10.8.0.0/16', dev: 'eth5', protocol: 'static' },
    ];
    expect(routeSteps([], present, names)).toEqual([['route', 'delete', '10.9.0.0/16', 'dev', 'uplink']]);
  });
});
