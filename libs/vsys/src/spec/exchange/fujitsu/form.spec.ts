import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { descriptors } from '../../../../test/random-descriptors.js';
import { CATALOG, libraryText, refusalOf } from '../../../../test/spec-fixtures.js';
import { bindParameters } from '../../bind/bind-parameters.js';
import { descriptorOf, parseDescriptor } from '../../parse/parse-descriptor.js';
import type { Descriptor } from '../../schema/descriptor.schema.js';
import type { ImportWish } from '../import-ovf.js';
import type { XmlSource } from '../xml-source.js';
import { exportForm } from './export-form.js';
import { importForm } from './import-form.js';
import type { WrittenXml } from './written-form.js';

const wish: ImportWish = {
  metadata: { name: 'random', version: '1.0.0' },
  types: CATALOG.serverTypes,
};
const owner = { owner: 'ACME0001', visibility: 'CONTRACT' } as const;

const read = ({ name, attributes = {}, content }: WrittenXml): XmlSource => ({
  name,
  attributes: Object.entries(attributes).map(([key, value]) => ({ name: key, value })),
  children: typeof content === 'string' ? [] : content.map(read),
  text: typeof content === 'string' ? content : '',
});
const exported = (descriptor: Descriptor) => exportForm(descriptor, owner);
const imported = (written: WrittenXml) => importForm(read(written), wish);

type Branch = readonly [string, ...(string | Branch)[]];
const tree = ([name, ...inside]: Branch): XmlSource => ({
  name,
  attributes: [],
  children: inside.flatMap((each) => (typeof each === 'string' ? [] : [tree(each)])),
  text: inside.filter((each) => typeof each === 'string').join(''),
});
const form = (...inside: readonly Branch[]): XmlSource => tree(['vsysDescriptor', ...inside]);

/** All that the form can say, written as descriptors write it. */
const SEGMENTS = ['dmz', 'secure1', 'secure2'] as const;
const nic = fc.record({ vnet: fc.constantFrom(...SEGMENTS) });
const port = fc.integer({ min: 1, max: 65_535 });
const role = fc.record(
  {
    type: fc.constantFrom('standard.tiny', 'standard.large'),
    image: fc.constantFrom('debian-13', 'my image:3'),
    count: fc.integer({ min: 0, max: 3 }),
    power: fc.constantFrom('running', 'stopped'),
    startOrder: fc.integer({ min: 0, max: 4 }),
    nics: fc
      .array(nic, { maxLength: 4 })
      // The load balancer is in this one.
      .map((more) => [{ vnet: 'dmz' }, ...more]),
    disks: fc.uniqueArray(
      fc.record({ name: fc.constantFrom('a', 'logs-2'), size: fc.constantFrom(10, 200) }),
      { selector: ({ name }) => name, maxLength: 2 },
    ),
  },
  { requiredKeys: ['type', 'image', 'nics'] },
);
const zones = fc.constantFrom(
  ['internet', 'dmz'],
  ['dmz', 'secure1'],
  ['secure1', 'internet'],
  ['secure2', 'dmz'],
);
const peers = fc.uniqueArray(fc.constantFrom('web', 'db', 'lb', '10.1.0.0/16', '192.0.2.7/32'), {
  minLength: 1,
  maxLength: 3,
});
const transport = fc.record(
  {
    protocol: fc.constantFrom('tcp', 'udp'),
    ports: fc.array(fc.oneof(port, fc.constant('8000-8100')), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['protocol'] },
);
const rule = fc
  .record({
    zones,
    way: fc.oneof(transport, fc.record({ protocol: fc.constantFrom('icmp', 'any') })),
    rest: fc.record(
      { sources: peers, destinations: peers, action: fc.constantFrom('accept', 'deny'), log: fc.boolean() },
      { requiredKeys: [] },
    ),
  })
  .map(({ zones: [from, to], way, rest }) => ({ from, to, ...way, ...rest }));
const firewall = fc.record(
  {
    rules: fc.array(rule, { maxLength: 6 }),
    logDenied: fc.boolean(),
    sourceNat: fc.constantFrom({ publicIp: 'www' }, { publicIp: 'mail' }),
    staticNat: fc.constant([{ publicIp: 'mail', server: 'db' }]),
    dns: fc.constantFrom({}, { forwarders: ['192.0.2.53'] }, { forwarders: ['192.0.2.53', '192.0.2.54'] }),
  },
  { requiredKeys: [] },
);
const wishes = fc.record(
  {
    members: fc.constantFrom(['web'], ['web', 'db']),
    memberPort: port,
    publicIp: fc.constant('www'),
    balance: fc.constantFrom('round-robin', 'least-connections'),
    persistence: fc.record({
      type: fc.constant('source-address'),
      seconds: fc.integer({ min: 1, max: 9000 }),
    }),
    maxConnections: fc.integer({ min: 1, max: 100_000 }),
    healthCheck: fc.record(
      {
        type: fc.constant('tcp'),
        intervalSeconds: fc.integer({ min: 1, max: 300 }),
        fall: fc.integer({ min: 1, max: 9 }),
      },
      { requiredKeys: ['type'] },
    ),
  },
  { requiredKeys: ['members', 'publicIp'] },
);
const listeners = wishes.map((common) => [
  { ...common, name: 'g10-http', protocol: 'http', port: 80 },
  { ...common, name: 'g10-tls', protocol: 'tcp', port: 443 },
  { ...common, name: 'g20-tcp', protocol: 'tcp', port: 25 },
]);

const expressible = fc
  .record({ web: role, db: role, firewall, listeners, lbPower: fc.constantFrom('running', 'stopped') })
  .map(({ web, db, firewall: config, listeners: wanted, lbPower }) =>
    descriptorOf({
      apiVersion: 'openvsys/v1',
      kind: 'VsysDescriptor',
      metadata: { name: 'random', version: '1.0.0', title: 'A & B', description: 'Says <this>.' },
      vnets: { dmz: { cidr: 'auto/24' }, secure1: { cidr: 'auto/28', mtu: 1400 }, secure2: { cidr: 'auto' } },
      publicIps: { www: {}, mail: {} },
      efms: {
        fw: { kind: 'firewall', config },
        lb: { kind: 'load-balancer', power: lbPower, nics: [{ vnet: 'dmz' }], config: { listeners: wanted } },
      },
      // An address leads to one server.
      vservers: { web, db: (({ count: _count, ...one }) => one)(db) },
    }),
  );

describe('Fujitsu’s form', () => {
  test.prop([expressible])('says what it has words for, and says it again', (descriptor) => {
    const { root, notes } = exported(descriptor);
    expect(notes).toEqual([]);
    const back = imported(root);
    expect(back.notes).toEqual([]);
    expect(back.descriptor.metadata).toEqual(descriptor.metadata);
    expect(bindParameters(back.descriptor, {})).toEqual(bindParameters(descriptor, {}));
  });

  test.prop([descriptors])('tells of all that it cannot say, and what it says is stable', (descriptor) => {
    const { root, notes } = exported(descriptor);
    const { descriptor: once } = imported(root);
    expect(imported(exported(once).root).descriptor).toEqual(once);
    // Ranges are chosen anew, so there is always something.
    expect(notes.length).toBeGreaterThan(0);
    for (const { place } of notes)
      expect(place).toMatch(/^\/(vnets|publicIps|efms|vservers|vdisks|parameters)/);
  });

  it.each([
    'three-tier.yaml',
    'secure-shop.yaml',
    'windows.yaml',
    'wordpress.yaml',
    'skeleton-3-tier.yaml',
    '1-tier.yaml',
  ])('takes %s of the library', (file) => {
    const { root, notes } = exported(parseDescriptor(libraryText(file)));
    const { descriptor } = imported(root);
    expect(Object.keys(descriptor.vservers)).toEqual(
      Object.keys(parseDescriptor(libraryText(file)).vservers),
    );
    expect(notes.map(({ place }) => place)).toContain(
      '/vnets/dmz/cidr'.replace('dmz', Object.keys(parseDescriptor(libraryText(file)).vnets)[0] ?? ''),
    );
  });

  it('names every field that it has no word for', () => {
    const descriptor = parseDescriptor(libraryText('three-tier.yaml'));
    const places = exported(descriptor).notes.map(({ place }) => place);
    expect(places).toContain('/parameters/webCount');
    expect(places.filter((place) => place.startsWith('/vservers/web/')).length).toBeGreaterThan(0);
  });
});

const SERVER = (name: string, ...more: readonly Branch[]): Branch => [
  'vserver',
  ['vserverName', name],
  ['vserverType', 'economy'],
  ['imageSelector', ['osName', 'CentOS 6.2 64bit (English)']],
  ['segment', 'DMZ'],
  ...more,
];
const POLICY = (fields: Readonly<Record<string, string>>): Branch => {
  const all = {
    from: 'INTERNET',
    to: 'DMZ',
    id: '080',
    action: 'Accept',
    protocol: 'tcp',
    src: 'any',
    dst: 'any',
    dstPort: '80',
    ...fields,
  };
  return ['policy', ...Object.entries(all).map(([name, text]): Branch => [name, text])];
};
const FW = (...more: readonly Branch[]): Branch => [
  'efms',
  ['efm', ['efmType', 'FW'], ['efmName', 'Firewall'], ...more],
];
const DMZ: Branch = ['vnets', ['vnet', ['segment', 'DMZ'], ['prefixLength', '24']]];

describe('a form that was written by hand', () => {
  const { descriptor, notes } = importForm(
    form(
      ['vsysdescriptorId', '1-tier Web'],
      ['vsysdescriptorName', '1-tier Web'],
      ['limits', ['maxVServers', '20']],
      DMZ,
      FW(
        [
          'policies',
          POLICY({ id: '090', dst: 'ref:Web IP', dstPort: '8080' }),
          POLICY({ id: '080', dst: 'ref:Web IP' }),
          POLICY({ from: 'DMZ', to: 'INTERNET', id: '053', dstService: 'DNS' }),
          POLICY({ from: 'INTRANET', action: 'Deny' }),
          POLICY({ id: '081', srcPort: '1024' }),
        ],
        ['nat', ['rule', ['publicIpRef', 'Web IP'], ['target', 'Web1'], ['snapt', 'true']]],
      ),
      ['vservers', SERVER('Web1'), SERVER('Web Farm', ['count', '2'], ['autoStart', 'true'])],
      ['publicips', ['publicip', ['ref', 'Web IP'], ['autoAttach', 'true']]],
    ),
    { ...wish, image: 'debian-13' },
  );

  it('becomes a descriptor that can be made', () => {
    const design = bindParameters(descriptor, {});
    expect(design.servers.map(({ name, power, type, image }) => [name, power, type, image])).toEqual([
      ['web1', 'stopped', 'standard.small', 'debian-13'],
      ['web-farm-1', 'running', 'standard.small', 'debian-13'],
      ['web-farm-2', 'running', 'standard.small', 'debian-13'],
    ]);
    expect(descriptor.efms?.['firewall']).toMatchObject({
      config: { sourceNat: { publicIp: 'web-ip' }, staticNat: [{ publicIp: 'web-ip', server: 'web1' }] },
    });
  });

  it('has its policies in the order of their numbers, names of addresses as what they lead to', () => {
    expect(descriptor.efms?.['firewall']?.config).toMatchObject({
      rules: [
        { from: 'internet', to: 'dmz', protocol: 'tcp', ports: [80], destinations: ['web1'] },
        { from: 'internet', to: 'dmz', protocol: 'tcp', ports: [8080], destinations: ['web1'] },
        { from: 'dmz', to: 'internet', protocol: 'udp', ports: [53] },
        { from: 'dmz', to: 'internet', protocol: 'tcp', ports: [53] },
      ],
    });
  });

  it('tells what became of the rest', () => {
    const told = notes.map(({ place, message }) => `${place}: ${message}`).join('\n');
    expect(told).toContain('/vsysDescriptor/limits: It is left out.');
    expect(told).toContain('CentOS 6.2');
    expect(told).toMatch(/policy\[4\].*later rule/);
    expect(told).toMatch(/policy\[5\].*ports of the sender/);
    expect(told).toContain('It is called web-farm.');
    expect(told).toContain('economy became standard.small');
  });
});

describe('a form with mistakes', () => {
  const refused = (...inside: readonly Branch[]) => refusalOf(() => importForm(form(...inside), wish));
  it.each<[string, string, readonly Branch[]]>([
    ['a segment that there is not', 'vnet[1]/segment', [['vnets', ['vnet', ['segment', 'LAN']]]]],
    ['a segment twice', 'vnets', [['vnets', ['vnet', ['segment', 'DMZ']], ['vnet', ['segment', 'DMZ']]]]],
    ['a server without a name', 'vserver[1]/vserverName', [DMZ, ['vservers', ['vserver']]]],
    ['two of one name', 'vserver[2]/vserverName', [DMZ, ['vservers', SERVER('A'), SERVER('A')]]],
    ['a count in words', 'vserver[1]/count', [DMZ, ['vservers', SERVER('A', ['count', 'two'])]]],
    [
      'more cards than there are',
      'extraNic[1]/num',
      [DMZ, ['vservers', SERVER('A', ['extraNics', ['extraNic', ['segment', 'DMZ'], ['num', '999999999']]])]],
    ],
    [
      'an EFM that there is not',
      'efm[1]/efmType',
      [DMZ, ['efms', ['efm', ['efmType', 'DNS'], ['efmName', 'x']]]],
    ],
    ['a number with two digits', 'policy[1]/id', [DMZ, FW(['policies', POLICY({ id: '80' })])]],
    ['a port in words', 'policy[1]/dstPort', [DMZ, FW(['policies', POLICY({ dstPort: 'http' })])]],
  ])('is refused for %s', (_what, place, inside) => {
    const error = refused(...inside);
    expect(error.code).toBe('invalid-request');
    expect(error.message).toContain(place);
  });

  it('is refused when it is another document or another version', () => {
    expect(refusalOf(() => importForm(tree(['Envelope']), wish)).message).toContain('vsysDescriptor');
    const other = { ...form(), attributes: [{ name: 'version', value: '2.0' }] };
    expect(refusalOf(() => importForm(other, wish)).message).toContain('2.0');
  });

  it('cannot be written for more segments than it has', () => {
    const vnets = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, { cidr: 'auto' }]));
    const wide = descriptorOf({
      apiVersion: 'openvsys/v1',
      kind: 'VsysDescriptor',
      metadata: { name: 'wide', version: '1.0.0' },
      vnets,
      vservers: {},
    });
    expect(refusalOf(() => exported(wide)).code).toBe('conflict');
  });
});
