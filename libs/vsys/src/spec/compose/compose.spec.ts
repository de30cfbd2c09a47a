import { describe, expect, it } from 'vitest';
import { libraryText, refusalOf, smallDocument } from '../../../test/spec-fixtures.js';
import { bindParameters } from '../bind/bind-parameters.js';
import type { VsysDesign } from '../bind/vsys-design.js';
import { includesOf, parseDescriptor } from '../parse/parse-descriptor.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

const LIBRARY = ['three-tier', '2-tier', '1-tier', 'ha-web-farm', 'bastion', 'batch-cluster', 'windows'];
const stored = new Map(LIBRARY.map((name) => [name, parseDescriptor(libraryText(`${name}.yaml`))]));
const included = ({ name, version }: { name: string; version: string }): Descriptor | undefined =>
  version === '1.0.0' ? stored.get(name) : undefined;

const outer = (changes: Record<string, unknown>) =>
  JSON.stringify(smallDocument({ vnets: {}, vservers: {}, ...changes }));
const composed = (changes: Record<string, unknown>) => parseDescriptor(outer(changes), { included });
const violationsOf = (changes: Record<string, unknown>) => refusalOf(() => composed(changes)).violations;

/** Without the prefix, where parts are from, and the name of the whole. */
const plain = (design: VsysDesign): unknown =>
  JSON.parse(JSON.stringify({ ...design, descriptor: null }), (key, value: unknown) => {
    if (key === 'pointer') return undefined;
    return typeof value === 'string' ? value.replaceAll(/\bx-/g, '') : value;
  });

describe('an included descriptor', () => {
  it.each(LIBRARY)('%s is the same system behind a prefix', (name) => {
    const alone = stored.get(name) ?? expect.fail();
    const inside = composed({ include: { x: { name, version: '1.0.0' } } });
    const given = { dbPassword: 'correct-horse-1', adminPassword: 'correct-horse-1', sshKey: 'ssh-rsa AAAA' };
    const values = Object.entries(given).filter(([key]) => Object.hasOwn(alone.parameters ?? {}, key));
    const prefixed = values.map(([key, value]) => [`x${key.charAt(0).toUpperCase()}${key.slice(1)}`, value]);
    const [one, other] = [
      bindParameters(alone, Object.fromEntries(values)),
      bindParameters(inside, Object.fromEntries(prefixed) as Record<string, string>),
    ];
    const names = [...one.nets, ...one.publicIps, ...one.efms, ...one.servers, ...one.disks].map(
      (part) => part.name,
    );
    expect(plain(other)).toEqual(plain(one));
    const all = [...other.nets, ...other.publicIps, ...other.efms, ...other.servers, ...other.disks];
    expect(all.map((part) => part.name)).toEqual(names.map((part) => `x-${part}`));
  });

  it('takes values, shares VNets, leaves EFMs out, and stands beside others', () => {
    const descriptor = composed({
      parameters: { size: { type: 'integer', default: 3 }, pw: { type: 'string', secret: true } },
      vnets: { front: { cidr: '10.77.0.0/24' } },
      vservers: {
        own: { type: 'standard.small', image: 'debian-13', startAfter: ['a-db'], nics: [{ vnet: 'front' }] },
      },
      include: {
        a: {
          name: '2-tier',
          version: '1.0.0',
          parameters: { webCount: '${size}', dbPassword: '${pw}' },
          vnets: { dmz: 'front' },
        },
        b: {
          name: 'ha-web-farm',
          version: '1.0.0',
          parameters: { healthPath: '/up', webCount: 2 },
          without: ['fw', 'lb'],
        },
      },
    });
    expect(descriptor).not.toHaveProperty('include');
    const design = bindParameters(descriptor, { pw: 'correct-horse-1', aDbDiskGiB: 7 });
    expect(design.nets.map(({ name }) => name)).toEqual(['front', 'a-secure1', 'b-front', 'b-farm']);
    expect(design.servers.map(({ name }) => name)).toEqual([
      'own',
      'a-web-1',
      'a-web-2',
      'a-web-3',
      'a-db',
      'b-web-1',
      'b-web-2',
      'b-cache',
    ]);
    expect(design.servers[1]).toMatchObject({ nics: [{ vnet: 'front' }], userDataIsSecret: true });
    expect(design.efms.map(({ name }) => name)).toEqual(['a-fw']);
    expect(design.disks).toMatchObject([{ name: 'a-db-data', sizeGiB: 7, server: 'a-db' }]);
    expect(Object.keys(descriptor.parameters ?? {})).toContain('bWebType');
  });
});

describe('what is wrong', () => {
  const tier = { name: '2-tier', version: '1.0.0' };
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      'an unknown descriptor',
      { x: { name: 'nine-tier', version: '1.0.0' } },
      '/include/x',
      /no stored descriptor/,
    ],
    ['an unknown version', { x: { name: '2-tier', version: '9.0.0' } }, '/include/x', /in version 9/],
    ['no version', { x: { name: '2-tier' } }, '/include/x/version', /missing/],
    [
      'an unknown parameter',
      { x: { ...tier, parameters: { webcount: 1 } } },
      '/include/x/parameters/webcount',
      /no parameter/,
    ],
    [
      'a value out of bounds',
      { x: { ...tier, parameters: { webCount: 99 } } },
      '/include/x/parameters/webCount',
      /20/,
    ],
    [
      'a secret in the open',
      { x: { ...tier, parameters: { dbPassword: 'written-out-1' } } },
      '/include/x/parameters/dbPassword',
      /secret/,
    ],
    ['an unknown VNet', { x: { ...tier, vnets: { dzm: 'front' } } }, '/include/x/vnets', /no “dzm”/],
    ['an unknown EFM', { x: { ...tier, without: ['lb'] } }, '/include/x/without', /no “lb”/],
    [
      'two firewalls',
      { x: tier, y: { name: '1-tier', version: '1.0.0' } },
      '/include/y',
      /In 1-tier 1.0.0 at \/efms\/fw/,
    ],
    ['names that get too long', { 'a-very-long-prefix': tier }, '/include/a-very-long-prefix', /secure1/],
    [
      'too many',
      Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`p${n}`, tier])),
      '/include',
      /At most 16/,
    ],
    ['a list', [] as unknown as Record<string, unknown>, '/include', /map/],
  ])('is told for %s', (_, include, pointer, message) => {
    const found = violationsOf({ include }).filter((violation) => violation.pointer === pointer);
    expect(found.map((violation) => violation.message).join('\n')).toMatch(message);
    expect(found[0]?.line).toBeGreaterThan(0);
  });

  it('is that nothing can be found', () => {
    expect(refusalOf(() => parseDescriptor(outer({ include: { x: tier } }))).pointer).toBe('/include/x');
    expect(includesOf(outer({ include: { x: tier } }))).toEqual([tier]);
    expect(includesOf('not: [a')).toEqual([]);
    expect(includesOf(outer({}))).toEqual([]);
  });
});
