import { describe, expect, it } from 'vitest';
import { firewall, rule } from '../../test/module-inputs.js';
import { firewallCounters } from './counters.js';
import { firewallLog } from './logs.js';
import { firewallVerdict } from './reachability.js';

type Input = ReturnType<typeof firewall>;

describe('reading what the appliance reports', () => {
  const input = firewall({ rules: [rule({ log: true, rateLimit: { perSecond: 1, burst: 1 } })] });

  it('gives counters to rules', () => {
    const values = { packets: 3, bytes: 180 };
    const native = ['r-web', 'r-web-beyond', 'forward-0', 'unknown'].map((name) => ({
      program: 'nftables' as const,
      name,
      values,
    }));
    expect(firewallCounters(input, native)).toEqual([
      { pointer: '/config/rules/0', title: 'rule 1', values },
      { pointer: '/config/rules/0/rateLimit', title: 'beyond the rate of rule 1', values },
      { pointer: '/config/portForwards/0', title: 'tcp port 80 of 203.0.113.1', values },
    ]);
  });

  it('gives log lines to rules', () => {
    const packet =
      'IN=uplink OUT=eth0 MAC=02:00 SRC=198.51.100.7 DST=10.0.1.2 LEN=60 PROTO=TCP SPT=4711 DPT=80 SYN';
    const line = (word: string) => ({
      program: 'kernel' as const,
      at: '2026-01-01T00:00:00Z',
      text: `[12.3] openvsys ${word} ${packet}`,
    });
    expect(firewallLog(input, line('r-web'))).toMatchObject({
      kind: 'rule',
      pointer: '/config/rules/0',
      fields: { action: 'accept', in: 'uplink', source: '198.51.100.7', port: '80', protocol: 'tcp' },
    });
    expect(firewallLog(input, line('denied'))).toMatchObject({ kind: 'denied', pointer: null });
    expect(firewallLog(input, line('r-gone'))).toBeUndefined();
    expect(firewallLog(input, { ...line('denied'), text: 'usb 1-1: new device' })).toBeUndefined();
  });

  it('reads leases and changes of the active one', () => {
    const at = '2026-01-01T00:00:00Z';
    const ack = 'DHCPACK(eth0) 10.0.1.2 02:00:00:00:00:11 web-1';
    expect(firewallLog(input, { program: 'dnsmasq', at, text: ack })).toMatchObject({
      kind: 'lease',
      fields: { interface: 'eth0', address: '10.0.1.2', mac: '02:00:00:00:00:11', name: 'web-1' },
    });
    const master = { program: 'keepalived' as const, at, text: '(efm) Entering MASTER STATE' };
    expect(firewallLog(input, master)).toMatchObject({ kind: 'pair', fields: { state: 'master' } });
  });
});

describe('reachability', () => {
  const ask = (source: string, destination: string, port = 80, changes: Partial<Input> = {}) => {
    const { allowed, reason, pointer, translated } = firewallVerdict(
      firewall({ rules: [rule({ ports: [{ first: 8080, last: 8080 }] })], ...changes }),
      { source, destination, protocol: 'tcp', port },
    );
    return [allowed, reason, pointer, `${translated.source} ${translated.destination}:${translated.port}`];
  };

  it('looks at rules after the destination was translated', () => {
    expect(ask('198.51.100.7', '203.0.113.1')).toEqual([
      true,
      'rule',
      '/config/rules/0',
      '198.51.100.7 10.0.1.2:8080',
    ]);
    expect(ask('198.51.100.7', '203.0.113.1', 81)).toEqual([
      false,
      'appliance',
      null,
      '198.51.100.7 203.0.113.1:81',
    ]);
  });

  it('tells what nobody decided, what does not pass here, and who lies', () => {
    expect(ask('10.0.2.3', '10.0.1.2')[1]).toBe('default');
    expect(ask('10.0.1.7', '10.0.1.2')[1]).toBe('same-zone');
    expect(ask('10.0.1.7', '203.0.113.1')).toEqual([
      true,
      'hairpin',
      '/config/portForwards/0',
      '10.0.1.1 10.0.1.2:8080',
    ]);
    const spoofed = { fromZone: 'internet', source: '10.0.1.7', destination: '10.0.2.3' };
    expect(firewallVerdict(firewall(), { ...spoofed, protocol: 'tcp', port: 80 }).reason).toBe('spoofed');
  });

  it('says behind which address a server is seen outside', () => {
    const rules = [rule({ from: 'app', to: 'internet', protocol: 'any', ports: [] })];
    const staticNat = [{ origin: '/x', publicAddress: '203.0.113.2', toAddress: '10.0.2.9' }];
    expect(ask('10.0.2.3', '9.9.9.9', 53, { rules, staticNat })[3]).toBe('203.0.113.1 9.9.9.9:53');
    expect(ask('10.0.2.9', '9.9.9.9', 53, { rules, staticNat })[3]).toBe('203.0.113.2 9.9.9.9:53');
  });
});
