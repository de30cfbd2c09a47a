/** From the text of a descriptor to what appliances pull: the real parser, allocation, checks and renderers together. */
import { describe, expect, it } from 'vitest';
import { DomainError, designWithoutSecrets } from '@openvsys/vsys';
import { verdictOf } from '../src/index.js';
import { allocationOf, allocationOfDesign, designOfText, libraryText } from './library-documents.js';
import { oldCertificate } from './module-inputs.js';

const SHOP = libraryText('secure-shop.yaml');
const configOf = (text: string, name: string) => {
  const { spec, efmConfigs } = allocationOf(text);
  const server = spec.servers.find((candidate) => candidate.name === name);
  const config = efmConfigs.find((candidate) => candidate.server === server?.id);
  if (!config) throw new Error(`${name} has no configuration`);
  return config;
};

describe('a shop with pairs, TLS and a VPN', () => {
  it('makes a document for each appliance, with its secrets beside it', () => {
    const names = ['fw', 'fw-2', 'lb', 'lb-2', 'vpn'];
    const programs = names.map((name) => configOf(SHOP, name).document.programs.map(({ name: own }) => own));
    expect(programs).toEqual([
      ['nftables', 'dnsmasq', 'keepalived'],
      ['nftables', 'dnsmasq', 'keepalived'],
      ['nftables', 'haproxy', 'keepalived'],
      ['nftables', 'haproxy', 'keepalived'],
      ['nftables', 'wireguard'],
    ]);
    const { document, secrets, input } = configOf(SHOP, 'lb');
    expect(document.secrets.map(({ file }) => file)).toEqual(['certificates/shop.pem']);
    expect(Object.keys(secrets)).toEqual(['certificates/shop.pem']);
    const shown = JSON.stringify([
      document,
      input,
      configOf(SHOP, 'vpn').document,
      configOf(SHOP, 'vpn').input,
    ]);
    expect(shown).not.toContain('PRIVATE KEY');
    expect(shown).not.toContain('dwdtCnMYpX08');
  });

  it('gives appliances their interfaces, shared addresses and routes', () => {
    const { document } = configOf(SHOP, 'fw');
    expect(document.interfaces.at(-1)).toEqual({
      name: 'uplink',
      mac: expect.any(String),
      addresses: ['100.64.0.2/16'],
      virtualAddresses: ['203.0.113.1/32', '203.0.113.2/32'],
      mtu: null,
    });
    expect(document.interfaces[0]?.virtualAddresses).toEqual(['10.20.1.1/24']);
    expect(document.routes).toEqual([
      { to: '0.0.0.0/0', via: '100.64.0.1', interface: 'uplink' },
      { to: '192.168.50.0/24', via: expect.stringMatching(/^10\.20\.1\./), interface: 'eth0' },
    ]);
    expect(configOf(SHOP, 'lb-2').document.pair).toMatchObject({ member: 2 });
    expect(configOf(SHOP, 'vpn').document.interfaces.map(({ name }) => name)).toEqual([
      'eth0',
      'uplink',
      'wg0',
    ]);
  });

  it('forwards what other EFMs offer, and says so', () => {
    const { input } = configOf(SHOP, 'fw');
    const ask = (destination: string, protocol: 'tcp' | 'udp', port: number) =>
      verdictOf(input, { source: '198.51.100.7', destination, protocol, port });
    expect(ask('203.0.113.1', 'tcp', 443)).toMatchObject({
      allowed: true,
      pointer: '/config/rules/0',
      translated: { destination: '10.20.1.100', port: 443 },
    });
    expect(ask('203.0.113.1', 'udp', 51_820)).toMatchObject({ allowed: true, pointer: '/config/rules/1' });
    expect(ask('203.0.113.2', 'tcp', 25)).toMatchObject({ allowed: true, pointer: '/config/rules/2' });
    expect(ask('203.0.113.1', 'tcp', 22)).toMatchObject({ allowed: false });
  });

  it('has nothing that is surely not meant', () => {
    expect(allocationOf(SHOP).advice).toEqual([]);
  });
});

describe('what is wrong or odd', () => {
  const refusal = (text: string, at?: Date): DomainError => {
    try {
      allocationOf(text, at);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  it('is said with a pointer into the descriptor', () => {
    const wrong = SHOP.replace('destinations: [192.168.50.0/24]', 'destinations: [192.168.51.0/24]');
    expect(refusal(wrong)).toMatchObject({
      code: 'invalid-descriptor',
      pointer: '/efms/fw/config/rules/6/destinations',
    });
    const hidden = SHOP.replace(
      '        - { from: app, to: internet,',
      '        - { from: app, to: internet, protocol: tcp, action: deny }\n        - { from: app, to: internet,',
    );
    expect(allocationOf(hidden).advice).toMatchObject([
      { pointer: '/efms/fw/config/rules/8', message: expect.stringContaining('never decides') },
    ]);
  });

  it('is a certificate that is no longer valid, or has another key', () => {
    expect(refusal(SHOP, new Date('2200-01-01'))).toMatchObject({
      pointer: '/efms/lb/config/certificates/shop/certificate',
      message: expect.stringContaining('ended on'),
    });
    const indented = oldCertificate().trimEnd().replaceAll('\n', '\n            ');
    const other = SHOP.replace(
      "shop: { certificate: '${certificate}', privateKey: '${privateKey}' }",
      `shop:\n          certificate: |\n            ${indented}\n          privateKey: \${privateKey}`,
    );
    expect(refusal(other).violations.map(({ pointer }) => pointer)).toEqual([
      '/efms/lb/config/certificates/shop/privateKey',
      '/efms/lb/config/certificates/shop/certificate',
    ]);
  });
});

describe('a certificate that ends while it is used', () => {
  const LATER = new Date('2200-01-01');
  const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  const previous = {
    spec: allocationOf(SHOP).spec,
    // As the database gives it back: the order of members is another one.
    design: stored(designWithoutSecrets(designOfText(SHOP))),
  };
  const changed = (search: string, replacement: string) =>
    allocationOfDesign(designOfText(SHOP.replace(search, replacement)), LATER, previous);

  it('is told, and does not stop a change of something else', () => {
    const unrelated = changed('leaseSeconds: 7200', 'leaseSeconds: 3600');
    expect(unrelated.advice).toContainEqual(
      expect.objectContaining({
        pointer: '/efms/lb/config/certificates/shop/certificate',
        message: expect.stringContaining('ended on'),
      }),
    );
    expect(unrelated.spec.generation).toBe(2);
  });

  it('stops a change of its own load balancer', () => {
    expect(() => changed('port: 443', 'port: 8443')).toThrow('ended on');
  });
});
