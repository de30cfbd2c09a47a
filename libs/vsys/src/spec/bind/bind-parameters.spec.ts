import { describe, expect, it } from 'vitest';
import { libraryText, refusalOf, smallDocument } from '../../../test/spec-fixtures.js';
import { descriptorOf, parseDescriptor } from '../parse/parse-descriptor.js';
import { bindParameters, designOf, visibleValues } from './bind-parameters.js';
import { designWithoutSecrets } from './secret-values.js';

const threeTier = parseDescriptor(libraryText('three-tier.yaml'));
const violationsOf = (descriptor: Parameters<typeof bindParameters>[0], values: Record<string, unknown>) => {
  const error = refusalOf(() => bindParameters(descriptor, values));
  expect(error.code).toBe('invalid-parameter');
  return error.violations;
};

describe('values', () => {
  it('name every unknown, missing and unfitting one', () => {
    const descriptor = descriptorOf(
      smallDocument({
        parameters: {
          size: { type: 'integer', minimum: 1, maximum: 5, default: 1 },
          flag: { type: 'boolean', default: true },
          word: { type: 'string', enum: ['a', 'b'], default: 'a' },
          name: { type: 'string', pattern: '[a-z]+', minLength: 2, default: 'ab' },
          password: { type: 'string', secret: true, description: 'Password of the database.' },
        },
      }),
    );
    const values = { size: 9, flag: 'yes', word: 'c', name: 'A', sice: 1 };
    expect(violationsOf(descriptor, values)).toEqual([
      {
        pointer: '/parameters/sice',
        message: expect.stringContaining('no parameter'),
        remedy: 'Did you mean “size”?',
      },
      { pointer: '/parameters/size', message: 'Must be at most 5.' },
      { pointer: '/parameters/flag', message: 'Must be true or false.' },
      { pointer: '/parameters/word', message: 'Must be one of: a, b.' },
      { pointer: '/parameters/name', message: 'Must have at least 2 characters.' },
      { pointer: '/parameters/name', message: 'Must fit the pattern [a-z]+' },
      {
        pointer: '/parameters/password',
        message: 'The parameter “password” is missing and has no default.',
        remedy: 'Password of the database.',
      },
    ]);
  });

  it.each([Number.NaN, 1.5, '2', null, {}, 2 ** 60])('refuse %s as a whole number', (value) => {
    expect(violationsOf(threeTier, { webCount: value })[0]).toEqual({
      pointer: '/parameters/webCount',
      message: 'Must be a whole number.',
    });
  });

  it('do not take names that objects have anyway', () => {
    const values = JSON.parse('{"constructor": 1, "__proto__": 2}') as Record<string, unknown>;
    expect(violationsOf(threeTier, values).map(({ pointer }) => pointer)).toEqual([
      '/parameters/constructor',
      '/parameters/__proto__',
    ]);
  });

  it('that make the descriptor wrong are named with the place', () => {
    const descriptor = descriptorOf(
      smallDocument({
        parameters: { net: { type: 'string' }, count: { type: 'integer' } },
        vnets: { lan: { cidr: '${net}' } },
        vservers: {
          app: { type: 'standard.small', image: 'debian-13', count: '${count}', nics: [{ vnet: 'lan' }] },
        },
      }),
    );
    expect(violationsOf(descriptor, { net: 'lan', count: 1 })[0]).toMatchObject({
      pointer: '/parameters/net',
      message: expect.stringContaining('/vnets/lan/cidr'),
    });
    expect(violationsOf(descriptor, { net: '10.0.0.0/29', count: 6 })[0]).toMatchObject({
      pointer: '/parameters/net',
    });
    expect(violationsOf(descriptor, { net: '10.0.0.0/24', count: 201 })[0]).toMatchObject({
      pointer: '/parameters/count',
    });
    expect(bindParameters(descriptor, { net: '10.0.0.0/24', count: 6 }).servers).toHaveLength(6);
  });

  it('that are secret are never shown', () => {
    const descriptor = parseDescriptor(libraryText('2-tier.yaml'));
    const error = refusalOf(() => bindParameters(descriptor, { dbPassword: 'top secret!' }));
    expect(JSON.stringify([error.message, error.violations])).not.toContain('top secret');
    expect(visibleValues(descriptor, { dbPassword: 'x', webCount: 1 })).toEqual({
      dbPassword: null,
      webCount: 1,
    });
  });
});

describe('the design', () => {
  it('has counts expanded, orders computed and defaults written out', () => {
    const design = bindParameters(threeTier, { webCount: 3 });
    expect(design.servers.map(({ name, startOrder }) => [name, startOrder])).toEqual([
      ['web-1', 1],
      ['web-2', 1],
      ['web-3', 1],
      ['db', 0],
    ]);
    expect(design.efms.map(({ name, kind, startOrder }) => [name, kind, startOrder])).toEqual([
      ['fw', 'firewall', 0],
      ['lb', 'load-balancer', 2],
    ]);
    expect(design.disks).toEqual([
      { name: 'db-data', sizeGiB: 20, server: 'db', pointer: '/vservers/db/disks/0' },
    ]);
    expect(design.efms[1]?.config).toMatchObject({ listeners: [{ vnet: 'dmz', balance: 'round-robin' }] });
  });

  it('keeps types of whole references, interpolates in text, unescapes', () => {
    const descriptor = descriptorOf(
      smallDocument({
        parameters: { n: { type: 'integer', default: 2 }, on: { type: 'boolean', default: true } },
        vservers: {
          app: {
            type: 'standard.small',
            image: 'debian-13',
            count: '${n}',
            nics: [{ vnet: 'lan' }],
            userData: 'N=${n} ON=${on} HOME=$${HOME} PRICE=5$',
          },
        },
      }),
    );
    const { servers } = bindParameters(descriptor, {});
    expect(servers.map(({ userData }) => userData)).toEqual(
      Array(2).fill('N=2 ON=true HOME=${HOME} PRICE=5$'),
    );
  });

  it('has no servers of a role with count 0', () => {
    const farm = parseDescriptor(libraryText('web-farm.yaml'));
    expect(bindParameters(farm, { count: 0 }).servers).toEqual([]);
    expect(bindParameters(farm, { count: 150 }).servers).toHaveLength(150);
  });
});

describe('secrets of EFMs', () => {
  const key = (letter: string) => `${letter.repeat(43)}=`;
  const vpn = {
    kind: 'vpn',
    nics: [{ vnet: 'lan' }],
    config: {
      publicIp: 'www',
      privateKey: key('A'),
      network: '10.99.0.0/24',
      peers: [{ name: 'anna', publicKey: key('E'), presharedKey: key('I'), address: '10.99.0.2' }],
    },
  };
  const certificate = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
  const privateKey = '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n';
  const lb = {
    kind: 'load-balancer',
    nics: [{ vnet: 'lan' }],
    config: { certificates: { www: { certificate, privateKey } }, listeners: [] },
  };

  it('are not in what is stored', () => {
    const design = designOf(smallDocument({ publicIps: { www: {} }, efms: { vpn, lb } }), {});
    const stored = JSON.stringify(designWithoutSecrets(design));
    expect(JSON.stringify(design)).toContain('SECRET');
    for (const secret of ['SECRET', key('A'), key('I')]) expect(stored).not.toContain(secret);
    expect(stored).toContain(key('E'));
  });
});
