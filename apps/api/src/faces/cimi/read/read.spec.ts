import { DomainError } from '@openvsys/vsys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { V1_DIALECT, V2_DIALECT } from '../model/dialect.js';
import { attributesOf } from '../model/resource-types.js';
import { TYPE_NAMES, type TypeName } from '../model/type-names.js';
import { plainOf } from '../serialize/plain.js';
import { resourceXml } from '../serialize/xml.js';
import { readJson } from './read-json.js';
import { readXmlBody } from './read-xml-body.js';

const expected = (type: TypeName, dialect = V1_DIALECT) => ({
  dialect,
  baseUri: 'http://cloud/cimi/',
  attributes: attributesOf(type),
  types: [type],
});
/** What else it throws is thrown on. */
const refusesOnlyMistakes = (work: () => unknown): boolean => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DomainError) || !['invalid-request', 'too-large'].includes(error.code))
      throw error;
  }
  return true;
};

const WISH = {
  name: 'web',
  properties: { a: 'b' },
  initialState: 'STARTED',
  machineConfig: { cpu: 1, memory: 1024, disks: [{ capacity: 5, format: 'raw' }, { capacity: 6 }] },
  machineImage: { href: 'machine_images/debian-13' },
  volumes: [{ href: 'volumes/1', initialLocation: '/dev/xvdb' }],
  networkInterfaces: [{ network: { href: '#dmz' }, addresses: [{ href: 'addresses/1' }] }],
  credential: null,
};

describe('a body', () => {
  it('means the same in JSON and XML of both versions', () => {
    const json = JSON.stringify({
      ...WISH,
      machineImage: { href: 'http://cloud/cimi/machine_images/debian-13' },
    });
    expect(readJson(json, expected('MachineTemplate'))).toEqual(WISH);
    const flat = `<MachineTemplate xmlns="${V1_DIALECT.namespace}"><name>web</name><property key="a">b</property>
      <initialState> STARTED </initialState>
      <machineConfig><cpu>1</cpu><memory> 1024 </memory><disk><capacity>5</capacity><format>raw</format></disk>
        <disk><capacity>6</capacity></disk></machineConfig>
      <machineImage href="/cimi/machine_images/debian-13"/><credential/>
      <volume href="volumes/1" initialLocation="/dev/xvdb"/>
      <networkInterface><network href="#dmz"/><address href="addresses/1"/></networkInterface></MachineTemplate>`;
    expect(readXmlBody(flat, expected('MachineTemplate'))).toEqual(WISH);
    const wrapped = flat
      .replace('<property key="a">b</property>', '<properties><property key="a">b</property></properties>')
      .replace('<disk><', '<disks><disk><')
      .replace('</disk></machineConfig>', '</disk></disks></machineConfig>')
      .replaceAll(V1_DIALECT.namespace, V2_DIALECT.namespace);
    const two = { ...expected('MachineTemplate', V2_DIALECT), baseUri: 'http://cloud/cimi/' };
    expect(readXmlBody(wrapped.replace('/cimi/machine', '/cimi/2/machine'), two)).toEqual(WISH);
  });

  it('may be sloppy', () => {
    const read = (text: string) => readXmlBody(text, expected('VolumeConfiguration'));
    expect(read('<x><capacity> 1024 </capacity></x>')).toEqual({ capacity: 1_024 });
    expect(read('<x xmlns:e="urn:else"><e:new>1</e:new><capacity>1</capacity></x>')).toEqual({ capacity: 1 });
    expect(readJson('{"capacity":"7","property":{"a":1}}', expected('VolumeConfiguration'))).toEqual({
      capacity: 7,
      properties: { a: '1' },
    });
    expect(readJson('{"volume":"http://cloud/cimi/volumes/1"}', expected('MachineVolume'))).toEqual({
      volume: { href: 'volumes/1' },
    });
  });

  it('is refused with the place that is wrong', () => {
    const read = (text: string) => () => readJson(text, expected('VolumeConfiguration'));
    expect(read('{"capacity":"x"}')).toThrow(expect.objectContaining({ pointer: '/capacity' }));
    expect(read('{"size":1}')).toThrow(expect.objectContaining({ pointer: '/size' }));
    expect(read('{"resourceURI":"http://schemas.dmtf.org/cimi/1/Machine"}')).toThrow(
      expect.objectContaining({ pointer: '/resourceURI' }),
    );
    expect(read('[]')).toThrow(DomainError);
    expect(read('{"__proto__":{"capacity":1}}')).toThrow(DomainError);
    expect(() => readXmlBody('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', expected('Machine'))).toThrow(
      DomainError,
    );
  });

  it('that comes damaged is a caller’s mistake, never ours', () => {
    const types = fc.constantFrom(...TYPE_NAMES);
    fc.assert(
      fc.property(types, fc.json({ maxDepth: 6 }), (type, text) =>
        refusesOnlyMistakes(() => readJson(text, expected(type))),
      ),
      { numRuns: 1_500 },
    );
    const names = fc.constantFrom(
      'name',
      'property',
      'volumeTemplate',
      'machineConfig',
      'disk',
      'disks',
      'capacity',
      'operation',
    );
    const element: fc.Arbitrary<string> = fc.letrec<{ element: string }>((tie) => ({
      element: fc
        .tuple(
          names,
          fc.array(fc.oneof({ maxDepth: 4 }, fc.constant(' 1 '), tie('element')), { maxLength: 4 }),
        )
        .map(([name, inner]) => `<${name} href="x" key="k">${inner.join('')}</${name}>`),
    })).element;
    fc.assert(
      fc.property(types, fc.oneof(element, fc.string()), (type, text) =>
        refusesOnlyMistakes(() => readXmlBody(text, expected(type))),
      ),
      { numRuns: 1_500 },
    );
    const deep = '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000);
    expect(refusesOnlyMistakes(() => readJson(deep, expected('Machine')))).toBe(true);
    expect(refusesOnlyMistakes(() => readXmlBody('<a>'.repeat(100_000), expected('Machine')))).toBe(true);
  });
});

describe('what is written', () => {
  it('is read back as it was, in both versions and formats', () => {
    for (const dialect of [V1_DIALECT, V2_DIALECT]) {
      const writing = { dialect, baseUri: 'http://cloud/cimi/' };
      const attributes = { ...WISH, description: 'a <b> & "c"', credential: undefined };
      const plain = plainOf(writing, {
        type: 'MachineTemplate',
        id: 'machine_templates/1',
        attributes,
        operations: [{ rel: 'edit', href: 'x' }],
      });
      const { id: _id, ...back } = readJson(JSON.stringify(plain), expected('MachineTemplate', dialect));
      const { id: _same, ...xml } = readXmlBody(
        resourceXml(dialect, 'MachineTemplate', plain),
        expected('MachineTemplate', dialect),
      );
      expect(xml).toEqual(back);
      expect(back).toMatchObject({ description: 'a <b> & "c"', machineConfig: WISH.machineConfig });
    }
  });
});
