import { describe, expect, it } from 'vitest';
import { libraryText, refusalOf, smallDocument } from '../../../test/spec-fixtures.js';
import { bindParameters } from '../bind/bind-parameters.js';
import { LIMITS } from '../limits.js';
import { descriptorOf, parseDescriptor } from './parse-descriptor.js';
import { printDescriptor } from './print-descriptor.js';

const app = (changes: Record<string, unknown>) => ({
  type: 'standard.small',
  image: 'debian-13',
  nics: [{ vnet: 'lan' }],
  ...changes,
});
const pointersOf = (document: unknown) =>
  refusalOf(() => descriptorOf(document)).violations.map(({ pointer }) => pointer);

describe('reading the text', () => {
  it('takes YAML and JSON, also indented with tabs', () => {
    expect(parseDescriptor(libraryText('three-tier.yaml')).metadata.name).toBe('three-tier');
    expect(parseDescriptor(JSON.stringify(smallDocument(), undefined, '\t')).metadata.name).toBe('small');
  });

  it('names line and column of a mistake', () => {
    const text = libraryText('three-tier.yaml').replace('vnet: data,', 'vnet: dta,');
    const line = text.split('\n').findIndex((row) => row.includes('vnet: dta')) + 1;
    const error = refusalOf(() => parseDescriptor(text));
    expect(error.code).toBe('invalid-descriptor');
    expect(error.violations).toEqual([
      expect.objectContaining({
        pointer: '/vservers/db/nics/0/vnet',
        message: 'There is no VNet “dta”.',
        remedy: 'Did you mean “data”?',
        line,
        column: (text.split('\n')[line - 1]?.indexOf('dta') ?? 0) + 1,
      }),
    ]);
  });

  it.each([
    ['an unclosed bracket', 'vnets: [1', /Not YAML/],
    ['a tag', 'vnets: !!js/function "x"', /tags are not allowed/],
    ['two documents', 'a: 1\n---\nb: 2', /Not YAML/],
    ['a key twice', 'vnets: {}\nvnets: {}', /“vnets” is there twice/],
    ['a key that is no text', '1: x', /A key must be a text/],
    ['broken JSON', '{"a": }', /Not JSON/],
    ['an empty text', '', /Must be a map/],
    ['a list', '- a', /Must be a map/],
  ])('refuses %s', (_, text, message) => {
    expect(refusalOf(() => parseDescriptor(text)).violations[0]?.message).toMatch(message);
  });

  it('refuses bombs quickly', () => {
    const aliases = [
      'a: &a [x, x]',
      ...'bcdefghijkl'.split('').map((key, index) => {
        const before = 'abcdefghijkl'[index] ?? '';
        return `${key}: &${key} [${Array(10).fill(`*${before}`).join(', ')}]`;
      }),
    ].join('\n');
    const manyKeys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
    const started = performance.now();
    expect(refusalOf(() => parseDescriptor(aliases)).violations[0]?.message).toMatch(/Aliases expand/);
    expect(refusalOf(() => parseDescriptor('['.repeat(100_000))).violations.length).toBeGreaterThan(0);
    expect(
      refusalOf(() => parseDescriptor(`x: ${'['.repeat(60)}${']'.repeat(60)}`)).violations[0]?.message,
    ).toMatch(/levels deep/);
    expect(refusalOf(() => parseDescriptor('x'.repeat(LIMITS.textBytes + 1))).code).toBe('too-large');
    expect(refusalOf(() => parseDescriptor('ä'.repeat(LIMITS.textBytes - 1))).code).toBe('too-large');
    expect(refusalOf(() => parseDescriptor(manyKeys)).violations).toHaveLength(LIMITS.violations);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('reports all mistakes together', () => {
    const document = smallDocument({
      kind: 'Descriptor',
      metadata: { name: 'small', version: '1.0' },
      vserver: {},
      vservers: { app: app({ count: 'two' }), Web: app({}) },
    });
    expect(pointersOf(document).toSorted()).toEqual([
      '/kind',
      '/metadata/version',
      '/vserver',
      '/vservers/Web',
      '/vservers/app/count',
    ]);
  });

  it('suggests the key that was meant', () => {
    const error = refusalOf(() => descriptorOf(smallDocument({ vservers: { app: app({ cuont: 2 }) } })));
    expect(error.violations).toEqual([
      {
        pointer: '/vservers/app/cuont',
        message: '“cuont” is not known here.',
        remedy: 'Did you mean “count”?',
      },
    ]);
  });

  it('takes parts that are named like members of every object', () => {
    const document = smallDocument({
      parameters: { constructor: { type: 'integer', default: 2 } },
      vnets: { constructor: { cidr: '10.0.0.0/24' } },
      vservers: { constructor: app({ count: '${constructor}', nics: [{ vnet: 'constructor' }] }) },
    });
    expect(bindParameters(descriptorOf(document), {}).servers.map(({ name }) => name)).toEqual([
      'constructor-1',
      'constructor-2',
    ]);
    expect(
      refusalOf(() => descriptorOf(smallDocument({ vdisks: { d: { size: 1, server: 'valueof' } } }))).code,
    ).toBe('invalid-descriptor');
  });

  it('does not take names that objects have anyway', () => {
    expect(refusalOf(() => parseDescriptor('{"__proto__": {"x": 1}}')).code).toBe('invalid-descriptor');
    const document = JSON.parse('{"vnets": {"lan": {"cidr": "10.0.0.0/24"}, "constructor": 1}}') as object;
    expect(pointersOf(smallDocument({ ...document }))).toContain('/vnets/constructor');
  });
});

describe('what a schema cannot say', () => {
  const two = { lan: { cidr: '10.0.0.0/24' }, dmz: { cidr: '10.0.1.0/24' } };
  const lb = { kind: 'load-balancer', nics: [{ vnet: 'lan' }] };
  const listener = { name: 'http', protocol: 'http', port: 80, members: ['app'] };
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'an unknown VNet',
      { vservers: { app: app({ nics: [{ vnet: 'wan' }] }) } },
      '/vservers/app/nics/0/vnet',
      /no VNet/,
    ],
    [
      'an unknown VNet of a role without servers',
      { vservers: { app: app({ count: 0, nics: [{ vnet: 'wan' }] }) } },
      '/vservers/app/nics/0/vnet',
      /no VNet/,
    ],
    [
      'an unknown VNet of a firewall',
      { efms: { fw: { kind: 'firewall', vnets: ['wan'] } } },
      '/efms/fw/vnets/0',
      /no VNet/,
    ],
    ['an unknown server', { vdisks: { d: { size: 1, server: 'ap' } } }, '/vdisks/d/server', /no server “ap”/],
    [
      'an unknown parameter',
      { vservers: { app: app({ type: '${size}' }) } },
      '/vservers/app/type',
      /no parameter “size”/,
    ],
    [
      'half a reference',
      { vservers: { app: app({ userData: 'a ${b c}' }) } },
      '/vservers/app/userData',
      /not a reference/,
    ],
    [
      'ranges that overlap',
      { vnets: { lan: { cidr: '10.0.0.0/16' }, dmz: { cidr: '10.0.1.0/24' } } },
      '/vnets/dmz/cidr',
      /overlaps/,
    ],
    [
      'a range that is no network',
      { vnets: { lan: { cidr: '10.0.0.5/24' } } },
      '/vnets/lan/cidr',
      /not the start/,
    ],
    ['a public range', { vnets: { lan: { cidr: '8.8.8.0/24' } } }, '/vnets/lan/cidr', /not a private range/],
    [
      'a range that is too wide',
      { vnets: { lan: { cidr: '10.0.0.0/8' } } },
      '/vnets/lan/cidr',
      /not between/,
    ],
    [
      'a range that is too small',
      { vnets: { lan: { cidr: '10.0.0.0/29' } }, vservers: { app: app({ count: 6 }) } },
      '/vnets/lan/cidr',
      /5 addresses for NICs, 6 are needed/,
    ],
    [
      'a VNet named internet',
      { vnets: { ...two, internet: { cidr: '10.9.0.0/24' } } },
      '/vnets/internet',
      /outside world/,
    ],
    [
      'the gateway’s address',
      { vservers: { app: app({ nics: [{ vnet: 'lan', address: '10.0.0.1' }] }) } },
      '/vservers/app/nics/0/address',
      /gateway/,
    ],
    [
      'the broadcast address',
      { vservers: { app: app({ nics: [{ vnet: 'lan', address: '10.0.0.255' }] }) } },
      '/vservers/app/nics/0/address',
      /broadcast/,
    ],
    [
      'an address outside',
      { vservers: { app: app({ nics: [{ vnet: 'lan', address: '10.0.9.9' }] }) } },
      '/vservers/app/nics/0/address',
      /outside of 10/,
    ],
    [
      'an address twice',
      {
        vservers: {
          app: app({ nics: [{ vnet: 'lan', address: '10.0.0.9' }] }),
          b: app({ nics: [{ vnet: 'lan', address: '10.0.0.9' }] }),
        },
      },
      '/vservers/b/nics/0/address',
      /also given/,
    ],
    [
      'an address for many',
      { vservers: { app: app({ count: 2, nics: [{ vnet: 'lan', address: '10.0.0.9' }] }) } },
      '/vservers/app/nics/0/address',
      /cannot share/,
    ],
    [
      'a server name twice',
      { vservers: { app: app({}) }, efms: { app: { kind: 'firewall' } } },
      '/vservers/app',
      /also made by/,
    ],
    [
      'a name that a count makes',
      { vservers: { app: app({ count: 2 }), 'app-2': app({}) } },
      '/vservers/app-2',
      /also made by/,
    ],
    [
      'a disk name twice',
      { vservers: { app: app({ disks: [{ name: 'd', size: 1 }] }) }, vdisks: { 'app-d': { size: 1 } } },
      '/vdisks/app-d',
      /also made by/,
    ],
    [
      'a second firewall',
      { efms: { a: { kind: 'firewall' }, b: { kind: 'firewall' } } },
      '/efms/b',
      /one firewall/,
    ],
    [
      'a ring of startAfter',
      { vservers: { app: app({ startAfter: ['b'] }), b: app({ startAfter: ['app'] }) } },
      '/vservers/app/startAfter',
      /app → b → app/,
    ],
    [
      'an unknown role to be near to',
      { vservers: { app: app({ affinity: { apartFrom: ['b'], nearTo: ['bb'] } }), b: app({}) } },
      '/vservers/app/affinity/nearTo/0',
      /no role or EFM “bb”/,
    ],
    [
      'a role that shall be near to itself',
      { vservers: { app: app({ affinity: { nearTo: ['app'] } }) } },
      '/vservers/app/affinity/nearTo/0',
      /kept apart/,
    ],
    [
      'a readiness told by two things',
      { vservers: { app: app({ ready: { guestAgent: true, tcp: 80 } }) } },
      '/vservers/app/ready',
      /guestAgent and tcp exclude/,
    ],
    [
      'a readiness of a single server told by nothing',
      { vservers: { app: app({ count: 2, servers: { 'app-2': { ready: { timeout: 60 } } } }) } },
      '/vservers/app/servers/app-2/ready',
      /what to wait for/,
    ],
    [
      'an unknown startAfter',
      { vservers: { app: app({ startAfter: ['bb'] }), b: app({}) } },
      '/vservers/app/startAfter/0',
      /no role or EFM/,
    ],
    [
      'both ways of ordering',
      { vservers: { app: app({ startAfter: ['b'], startOrder: 2 }), b: app({}) } },
      '/vservers/app',
      /exclude each other/,
    ],
    [
      'an unknown zone',
      {
        efms: { fw: { kind: 'firewall', config: { rules: [{ from: 'wan', to: 'lan', protocol: 'any' }] } } },
      },
      '/efms/fw/config/rules/0/from',
      /no zone/,
    ],
    [
      'an unknown peer',
      {
        efms: {
          fw: {
            kind: 'firewall',
            config: { rules: [{ from: 'internet', to: 'lan', protocol: 'any', destinations: ['web'] }] },
          },
        },
      },
      '/efms/fw/config/rules/0/destinations/0',
      /no server or role/,
    ],
    [
      'an unknown member',
      { efms: { lb: { ...lb, config: { listeners: [{ ...listener, members: ['web'] }] } } } },
      '/efms/lb/config/listeners/0/members/0',
      /no server or role/,
    ],
    [
      'a member out of reach',
      { vnets: two, efms: { lb: { ...lb, nics: [{ vnet: 'dmz' }], config: { listeners: [listener] } } } },
      '/efms/lb/config/listeners/0/members/0',
      /no NIC in a VNet of “lb”/,
    ],
    [
      'an unknown public IP',
      { efms: { lb: { ...lb, config: { listeners: [{ ...listener, publicIp: 'www' }] } } } },
      '/efms/lb/config/listeners/0/publicIp',
      /no public IP/,
    ],
    [
      'a listener that the firewall does not reach',
      {
        vnets: two,
        publicIps: { www: {} },
        efms: {
          fw: { kind: 'firewall', vnets: ['dmz'] },
          lb: { ...lb, config: { listeners: [{ ...listener, publicIp: 'www' }] } },
        },
      },
      '/efms/lb/config/listeners/0/publicIp',
      /cannot forward/,
    ],
    [
      'a forward to a role of many',
      {
        publicIps: { www: {} },
        vservers: { app: app({ count: 2 }) },
        efms: {
          fw: { kind: 'firewall', config: { portForwards: [{ publicIp: 'www', port: 80, server: 'app' }] } },
        },
      },
      '/efms/fw/config/portForwards/0/server',
      /are 2 servers/,
    ],
    [
      'too many servers together',
      {
        vnets: { lan: { cidr: '10.0.0.0/22' } },
        vservers: { app: app({ count: 150 }), b: app({ count: 51 }) },
      },
      '/vservers',
      /201 servers; at most 200/,
    ],
    [
      'too many disks at one server',
      {
        vservers: {
          app: app({ disks: Array.from({ length: 15 }, (_, index) => ({ name: `d${index}`, size: 1 })) }),
        },
        vdisks: { more: { size: 1, server: 'app' } },
      },
      '/vservers/app',
      /16 data disks at “app”/,
    ],
    [
      'control characters',
      { vservers: { app: app({ userData: 'a\u0000' }) } },
      '/vservers/app/userData',
      /control characters/,
    ],
    [
      'too much user data',
      { vservers: { app: app({ userData: 'ä'.repeat(9000) }) } },
      '/vservers/app/userData',
      /18000 bytes/,
    ],
    ['a disk too large', { vdisks: { d: { size: 2001 } } }, '/vdisks/d/size', /2000/],
    [
      'a default out of bounds',
      { parameters: { n: { type: 'integer', default: 9, maximum: 5 } } },
      '/parameters/n/default',
      /at most 5/,
    ],
    [
      'a default of the wrong type',
      { parameters: { n: { type: 'boolean', default: 'yes' } } },
      '/parameters/n/default',
      /true or false/,
    ],
    [
      'bounds the wrong way round',
      { parameters: { n: { type: 'integer', minimum: 9, maximum: 5 } } },
      '/parameters/n',
      /above the upper/,
    ],
    [
      'a dangerous pattern',
      { parameters: { n: { type: 'string', pattern: '(a+)+' } } },
      '/parameters/n/pattern',
      /not a row of/,
    ],
    [
      'an unknown parameter type',
      { parameters: { n: { type: 'int' } } },
      '/parameters/n/type',
      /one of: integer, number, string, boolean/,
    ],
    [
      'a default that makes the document wrong',
      { parameters: { n: { type: 'integer', default: 300 } }, vservers: { app: app({ count: '${n}' }) } },
      '/vservers/app/count',
      /200/,
    ],
  ])('refuses %s', (_, changes, pointer, message) => {
    const found = refusalOf(() => descriptorOf(smallDocument(changes))).violations;
    expect(found.map((violation) => violation.pointer)).toContain(pointer);
    expect(found.find((violation) => violation.pointer === pointer)?.message).toMatch(message);
  });

  it('leaves open what depends on a parameter without default', () => {
    const document = smallDocument({
      parameters: { n: { type: 'integer' }, net: { type: 'string' } },
      vnets: { lan: { cidr: '${net}' } },
      vservers: { app: app({ count: '${n}' }) },
      vdisks: { d: { size: 1, server: 'app-7' } },
    });
    expect(descriptorOf(document).vservers['app']?.count).toBe('${n}');
  });
});

describe('printing', () => {
  it.each(['three-tier.yaml', '1-tier.yaml', '2-tier.yaml', 'web-farm.yaml'])(
    'gives %s back unchanged',
    (name) => {
      const descriptor = parseDescriptor(libraryText(name));
      expect(parseDescriptor(printDescriptor(descriptor))).toEqual(descriptor);
      expect(parseDescriptor(printDescriptor(descriptor, 'json'))).toEqual(descriptor);
    },
  );
});
