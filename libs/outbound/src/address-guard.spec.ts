import { describe, expect, it } from 'vitest';
import { createAddressGuard } from './address-guard.js';

const guard = createAddressGuard([]);

describe('addresses that may be talked to', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.100.100.200',
    '169.254.169.254',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.5',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '::',
    '::1',
    '::7f00:1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '100::1',
    '5f00::1',
    '4000::1',
  ])('refuses %s', (address) => expect(guard.allows(address)).toBe(false));

  it.each(['93.184.215.14', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:2800:220:1::1', '::ffff:8.8.8.8'])(
    'allows %s',
    (address) => expect(guard.allows(address)).toBe(true),
  );

  it.each(['0177.0.0.1', '0x7f.0.0.1', '2130706433', '127.1', 'localhost', '', '1.2.3.4.5', '8.8.8.08'])(
    'refuses “%s”, which is no plain address',
    (text) => expect(guard.allows(text)).toBe(false),
  );

  it('allows what the operator named, and knows it as named', () => {
    const own = createAddressGuard(['10.20.0.0/16', 'fd12::/32']);
    expect(['10.20.3.4', 'fd12::9', '::ffff:10.20.3.4'].map((one) => own.allows(one))).toEqual([
      true,
      true,
      true,
    ]);
    expect(own.allows('10.21.0.1')).toBe(false);
    expect([own.isNamed('10.20.3.4'), own.isNamed('8.8.8.8')]).toEqual([true, false]);
  });

  it('refuses a named range that is none', () => {
    expect(() => createAddressGuard(['10.20.0.0'])).toThrow(RangeError);
  });
});
