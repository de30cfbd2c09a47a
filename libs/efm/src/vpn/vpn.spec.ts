import { describe, expect, it } from 'vitest';
import { KEYS, paired, vpn } from '../../test/module-inputs.js';
import { adviseVpn } from './advise.js';
import { vpnCounters } from './counters.js';
import { vpnVerdict } from './reachability.js';
import { renderVpn } from './render.js';
import { publicKeyOf, validateVpn } from './validate.js';

const [anna, site] = vpn().peers;
const pointers = (changes: Parameters<typeof vpn>[0]) =>
  validateVpn(vpn(changes)).map(({ pointer }) => pointer);

describe('validating', () => {
  it('takes a proper one', () => {
    expect(validateVpn(vpn())).toEqual([]);
    // RFC 7748, section 6.1.
    expect(publicKeyOf(KEYS.private)).toBe(KEYS.own);
  });

  it.each([
    ['a network that is not one', { network: '10.99.0.7/24' }, '/config/network'],
    ['a network of two addresses', { network: '10.99.0.0/31', peers: [] }, '/config/network'],
    ['a network of a VNet', { network: '10.0.1.0/25', peers: [] }, '/config/network'],
    ['an address outside', { peers: [{ ...anna!, address: '10.98.0.2' }] }, '/config/peers/0/address'],
    ['the address of the VPN', { peers: [{ ...anna!, address: '10.99.0.1' }] }, '/config/peers/0/address'],
    [
      'an address twice',
      { peers: [anna!, { ...site!, address: '10.99.0.2', networks: [] }] },
      '/config/peers/1/address',
    ],
    ['a name twice', { peers: [anna!, { ...site!, name: 'anna' }] }, '/config/peers/1/name'],
    ['a key twice', { peers: [anna!, { ...site!, publicKey: KEYS.peer }] }, '/config/peers/1/publicKey'],
    ['its own key', { peers: [{ ...anna!, publicKey: KEYS.own }] }, '/config/peers/0/publicKey'],
    [
      'a network of a VNet behind a site',
      { peers: [{ ...site!, networks: ['10.0.0.0/8'] }] },
      '/config/peers/0/networks/0',
    ],
  ])('refuses %s', (_, changes, pointer) => {
    expect(pointers(changes)).toEqual([pointer]);
  });

  it('says that a site without an endpoint has to call first', () => {
    const silent = { ...site!, endpoint: null, keepAliveSeconds: null };
    expect(adviseVpn(vpn({ peers: [silent] }))).toMatchObject([{ pointer: '/config/peers/0/endpoint' }]);
    expect(adviseVpn(vpn({ gateway: null }))).toMatchObject([{ pointer: '/config/vnets' }]);
    expect(adviseVpn(vpn())).toEqual([]);
  });
});

describe('rendering', () => {
  it('names secrets instead of holding them', () => {
    const { files } = renderVpn(vpn());
    expect(files['wg0.conf']?.split('\n')).toEqual(
      expect.arrayContaining([
        'PrivateKey = @OPENVSYS_SECRET:wireguard/private.key@',
        'PresharedKey = @OPENVSYS_SECRET:wireguard/site.psk@',
        'AllowedIPs = 10.99.0.3, 192.168.7.0/24',
        'Endpoint = 198.51.100.9:51820',
      ]),
    );
    expect(JSON.stringify(files)).not.toContain(KEYS.private);
  });

  it('leads to other sites through the tunnel, and to VNets without a NIC through the gateway', () => {
    const gateway = '10.0.1.1';
    expect(renderVpn(vpn({ gateway })).routes).toEqual([
      { to: '192.168.7.0/24', via: null, interface: 'wg0' },
      { to: '10.0.3.0/24', via: gateway, interface: 'eth0' },
    ]);
  });

  it('shows peers inside under its own address, of a pair under the shared one', () => {
    expect(renderVpn(vpn()).files['nftables.conf']).toContain(
      'oifname "eth0" ip saddr != 10.0.1.0/24 snat to 10.0.1.1',
    );
    const input = paired(vpn());
    expect(renderVpn(input).files['nftables.conf']).toContain('snat to 10.0.1.1');
    expect(input.interfaces[0]?.address).toBe('10.0.1.2');
  });
});

describe('reading and asking', () => {
  it('gives counters to peers', () => {
    const native = [
      { program: 'wireguard' as const, name: KEYS.peer, values: { rx: 1, tx: 2, handshake: 3 } },
      { program: 'nftables' as const, name: 'peer-site', values: { packets: 4, bytes: 5 } },
      { program: 'wireguard' as const, name: 'unknown', values: { rx: 9 } },
    ];
    expect(vpnCounters(vpn(), native).map(({ pointer, title }) => [pointer, title])).toEqual([
      ['/config/peers/0', 'tunnel of anna'],
      ['/config/peers/1', 'connections of site'],
    ]);
  });

  it('says what peers and servers reach', () => {
    const ask = (source: string, destination: string) => {
      const { allowed, reason, pointer } = vpnVerdict(vpn(), {
        source,
        destination,
        protocol: 'tcp',
        port: 22,
      });
      return [allowed, reason, pointer];
    };
    expect(ask('10.99.0.2', '10.0.3.7')).toEqual([true, 'peer', '/config/peers/0']);
    expect(ask('192.168.7.9', '10.0.1.7')).toEqual([true, 'peer', '/config/peers/1']);
    expect(ask('10.99.0.2', '9.9.9.9')).toEqual([false, 'peer', '/config/peers/0']);
    expect(ask('10.0.1.7', '192.168.7.9')).toEqual([true, 'peer', null]);
    expect(ask('10.0.1.7', '192.168.8.9')).toEqual([false, 'unknown', null]);
  });
});
