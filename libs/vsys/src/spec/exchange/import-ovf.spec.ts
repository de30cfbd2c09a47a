import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../../test/spec-fixtures.js';
import { bindParameters } from '../bind/bind-parameters.js';
import { printDescriptor } from '../parse/print-descriptor.js';
import { parseDescriptor } from '../parse/parse-descriptor.js';
import { FreshNames } from './fresh-names.js';
import { importOvf, type ImportWish } from './import-ovf.js';
import { unitBytes } from './ovf-hardware.js';
import type { XmlSource } from './xml-source.js';

type Attributes = Readonly<Record<string, string>>;
const element = (
  name: string,
  attributes: Attributes,
  ...inside: readonly (XmlSource | string)[]
): XmlSource => ({
  name,
  attributes: Object.entries(attributes).map(([key, value]) => ({ name: key, value })),
  children: inside.filter((child) => typeof child !== 'string'),
  text: inside.filter((child) => typeof child === 'string').join(''),
});
const item = (fields: Attributes): XmlSource =>
  element('Item', {}, ...Object.entries(fields).map(([name, text]) => element(name, {}, text)));

const cpu = (count: number) => item({ ResourceType: '3', VirtualQuantity: String(count) });
const memory = (size: number, units = 'byte * 2^20') =>
  item({ ResourceType: '4', VirtualQuantity: String(size), AllocationUnits: units });
const nic = (network: string) => item({ ResourceType: '10', Connection: network });
const disk = (id: string) => item({ ResourceType: '17', HostResource: `ovf:/disk/${id}` });
const hardware = (...items: readonly XmlSource[]) => element('VirtualHardwareSection', {}, ...items);
const system = (id: string, ...inside: readonly XmlSource[]) => element('VirtualSystem', { id }, ...inside);
const DISKS = element(
  'DiskSection',
  {},
  element('Disk', { diskId: 'sys', capacity: '8', capacityAllocationUnits: 'byte * 2^30', fileRef: 'f1' }),
  element('Disk', { diskId: 'data', capacity: '5368709121' }),
);
const NETS = element(
  'NetworkSection',
  {},
  element('Network', { name: 'VM Network' }, element('Description', {}, 'costs ${nothing}')),
  element('Network', { name: 'VM-Network' }),
);
const envelope = (...inside: readonly XmlSource[]) => element('Envelope', {}, DISKS, NETS, ...inside);
const wish: ImportWish = {
  metadata: { name: 'imported', version: '1.0.0' },
  types: [
    { name: 'big', vcpus: 8, memoryMiB: 16_384 },
    { name: 'small', vcpus: 1, memoryMiB: 2048 },
    { name: 'medium', vcpus: 2, memoryMiB: 4096 },
  ],
  image: 'debian-13',
};

describe('an envelope of several systems', () => {
  const { descriptor, notes } = importOvf(
    envelope(
      element(
        'VirtualSystemCollection',
        { id: 'shop' },
        element(
          'StartupSection',
          {},
          element('Item', {
            id: 'Web Server (front)',
            order: '2',
            startDelay: '90',
            waitingForGuest: 'true',
          }),
          element('Item', { id: 'db', order: '1', startDelay: '10' }),
        ),
        element('ResourceAllocationSection', {}),
        system(
          'Web Server (front)',
          hardware(cpu(2), memory(4, 'GigaBytes'), nic('VM Network'), nic('VM-Network'), disk('sys')),
        ),
        element(
          'VirtualSystemCollection',
          { id: 'inner' },
          system(
            'db',
            element(
              'ProductSection',
              { class: 'org.db' },
              element('Property', { key: 'port', type: 'uint16', value: '5432', userConfigurable: 'true' }),
              element('Property', { key: 'pass', userConfigurable: 'true', password: 'true', value: 'x1' }),
              element('Property', { key: 'mode', value: '${fast}' }),
            ),
            hardware(
              cpu(1),
              memory(1500),
              nic('VM Network'),
              disk('sys'),
              disk('data'),
              item({ ResourceType: '99', ElementName: 'Odd card' }),
            ),
          ),
        ),
      ),
    ),
    wish,
  );

  it('becomes a descriptor that can be printed, read and bound', () => {
    const again = parseDescriptor(printDescriptor(descriptor));
    expect(again).toEqual(descriptor);
    const { servers, disks, nets } = bindParameters(again, { orgDbPass: 'a-password' });
    expect(servers.map(({ name, type, image, startOrder }) => [name, type, image, startOrder])).toEqual([
      ['web-server-front', 'medium', 'debian-13', 2],
      ['db', 'small', 'debian-13', 0],
    ]);
    expect(descriptor.vservers['web-server-front']?.ready).toEqual({ guestAgent: true, timeout: 90 });
    expect(servers.map(({ nics }) => nics.map(({ vnet }) => vnet))).toEqual([
      ['vm-network', 'vm-network-2'],
      ['vm-network'],
    ]);
    expect(nets.map(({ cidr }) => cidr)).toEqual(['auto', 'auto']);
    expect(disks).toMatchObject([{ name: 'db-disk2', sizeGiB: 6, server: 'db' }]);
    expect(servers[1]?.userData).toBe('org.db.port=5432\norg.db.pass=a-password\norg.db.mode=${fast}\n');
    expect(servers[1]?.userDataIsSecret).toBe(true);
    expect(JSON.stringify(descriptor)).not.toContain('x1');
  });

  it('tells what it could not carry over, and where that stood', () => {
    const texts = notes.map(({ place, message }) => `${place}: ${message}`).join('\n');
    for (const expected of [
      /\[shop\]\/ResourceAllocationSection: Reservations/,
      /\[shop\]\/VirtualSystemCollection\[inner\]: The inner collection/,
      /\[db\]: The device “Odd card”/,
      /\[db\]: What is on the system disk comes with an image/,
      /\[db\]: 1 × CPU, 1500 MiB became small/,
      /\[db\]: Properties are given as user data/,
    ])
      expect(texts).toMatch(expected);
  });
});

describe('envelopes that are odd', () => {
  it('get what is missing', () => {
    const { descriptor } = importOvf(envelope(system('1', hardware()), system('2', hardware())), {
      metadata: wish.metadata,
      types: wish.types,
    });
    expect(Object.keys(descriptor.vservers)).toEqual(['server', 'server-2']);
    expect(descriptor.vservers['server']?.nics).toEqual([{ vnet: 'lan' }]);
    expect(refusalOf(() => bindParameters(descriptor, {})).pointer).toBe('/parameters/image');
  });

  it('are refused when they are none, or larger than anything sold', () => {
    expect(refusalOf(() => importOvf(element('html', {}), wish)).code).toBe('invalid-request');
    const large = envelope(system('a', hardware(cpu(64), memory(1))));
    expect(refusalOf(() => importOvf(large, wish)).message).toContain('64 processors');
    const many = envelope(...Array.from({ length: 201 }, (_, n) => system(`s${n}`, hardware())));
    expect(() => bindParameters(importOvf(many, wish).descriptor, {})).toThrow(/200/);
  });
});

describe('units and names', () => {
  it.each([
    ['byte * 2^20', 2 ** 20],
    ['byte*10^9', 1e9],
    ['MegaBytes', 2 ** 20],
    ['parsec', 7],
    [undefined, 7],
  ])('of %s', (unit, bytes) => {
    expect(unitBytes(unit, 7)).toBe(bytes);
  });

  it('are short, plain and unique', () => {
    const names = new FreshNames();
    expect(
      ['Ä Ö', 'a'.repeat(30), `${'a'.repeat(30)}b`, '9 Lives!', 'Ä Ö'].map((text) =>
        names.nameOf(text, 'net'),
      ),
    ).toEqual(['net', 'a'.repeat(20), `${'a'.repeat(18)}-2`, 'lives', 'net']);
  });
});

it('has the delays between starts as pauses, within what may be asked for', () => {
  const delayed = (startDelay: string) => {
    const items = element('StartupSection', {}, element('Item', { id: 'a', order: '1', startDelay }));
    const whole = envelope(element('VirtualSystemCollection', { id: 'all' }, items, system('a', hardware())));
    return importOvf(whole, wish).descriptor.vservers['a']?.ready;
  };
  expect(['10', '99999999', '0', '-1', 'soon'].map(delayed)).toEqual([
    { delay: 10 },
    { delay: 3_600 },
    undefined,
    undefined,
    undefined,
  ]);
});
