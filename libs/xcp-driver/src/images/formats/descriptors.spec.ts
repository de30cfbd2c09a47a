import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '@openvsys/vsys';
import { parseManifest } from './manifest.js';
import { checkedFileName, parseOvf } from './ovf.js';
import { parseOvaXml, XvaInspector } from './xva.js';

const disk = (id: string, more = ''): string =>
  `<Disk ovf:diskId="${id}" ovf:fileRef="f-${id}" ovf:capacity="20" ovf:capacityAllocationUnits="byte * 2^30" ${more}/>`;
const item = (type: number, inner: string): string =>
  `<Item><rasd:ResourceType>${type}</rasd:ResourceType>${inner}</Item>`;
const drive = (place: number, host: string): string =>
  item(
    17,
    `<rasd:AddressOnParent>${place}</rasd:AddressOnParent><rasd:HostResource>${host}</rasd:HostResource>`,
  );

interface Parts {
  readonly files?: string;
  readonly disks?: string;
  readonly items?: string;
  readonly systems?: (system: string) => string;
}

function ovf({ files, disks, items, systems = (system) => system }: Parts = {}): string {
  const system = `<VirtualSystem ovf:id="web"><Info/><OperatingSystemSection ovf:id="94"><Description>Ubuntu 64</Description>
    </OperatingSystemSection><VirtualHardwareSection>${
      items ??
      item(3, '<rasd:VirtualQuantity>2</rasd:VirtualQuantity>') +
        item(
          4,
          '<rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:VirtualQuantity>2048</rasd:VirtualQuantity>',
        ) +
        drive(1, 'ovf:/disk/data') +
        drive(0, '/disk/root')
    }<vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="efi"/></VirtualHardwareSection></VirtualSystem>`;
  return `<?xml version="1.0"?><Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
    xmlns:rasd="urn:rasd" xmlns:vmw="urn:vmw"><References>${
      files ??
      '<File ovf:href="root.vmdk" ovf:id="f-root"/><File ovf:href="data.vmdk.gz" ovf:id="f-data" ovf:compression="gzip"/>'
    }</References><DiskSection>${disks ?? disk('root') + disk('data')}</DiskSection>${systems(system)}</Envelope>`;
}

const refused = (parts: Parts, code: string, message: RegExp): void =>
  expect(() => parseOvf(ovf(parts))).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
  );

describe('OVF descriptors', () => {
  it('say what the machine is, its disks in the order of their places', () => {
    expect(parseOvf(ovf())).toEqual({
      name: 'web',
      cpus: 2,
      memoryBytes: 2 * 2 ** 30,
      firmware: 'uefi',
      system: 'Ubuntu 64',
      disks: [
        { id: 'root', file: 'root.vmdk', isGzipped: false, capacityBytes: 20 * 2 ** 30 },
        { id: 'data', file: 'data.vmdk.gz', isGzipped: true, capacityBytes: 20 * 2 ** 30 },
      ],
    });
  });

  it('are refused when parts are missing, and name them', () => {
    expect(() => parseOvf('<Envelope/>')).toThrow(/no machine/);
    refused({ disks: disk('root') }, 'invalid-parameter', /“ovf:\/disk\/data”/);
    refused({ files: '' }, 'invalid-parameter', /“root” is in a file that is not listed/);
    refused({ items: '' }, 'invalid-parameter', /no disk/);
    refused({ items: drive(0, '/disk/root').repeat(2) }, 'invalid-parameter', /twice/);
    refused({ systems: () => '' }, 'invalid-parameter', /no machine/);
    refused({ systems: (one) => one + one }, 'not-implemented', /2 machines/);
    refused({ disks: disk('root', 'ovf:parentRef="data"') + disk('data') }, 'not-implemented', /difference/);
  });

  it('are refused for path tricks, document types and bombs', () => {
    for (const name of [
      '../x',
      '/etc/passwd',
      'a/b',
      'a\\b',
      '.x',
      '',
      'http://h/x',
      'a\u0001',
      'x%2f',
      ' a',
    ]) {
      expect(() => checkedFileName(name)).toThrow(/not allowed/);
    }
    refused(
      { files: '<File ovf:href="../../etc/shadow" ovf:id="f-root"/>' },
      'invalid-parameter',
      /not allowed/,
    );
    const hostile = [
      '<!DOCTYPE a [<!ENTITY b "c">]><Envelope/>',
      `<Envelope>${'<a>'.repeat(1_000)}`,
      `<Envelope>${'<a/>'.repeat(60_000)}</Envelope>`,
      'x'.repeat(3 * 2 ** 20),
    ];
    for (const text of hostile)
      expect(() => parseOvf(text)).toThrow(expect.objectContaining({ code: 'invalid-parameter' }));
  });

  it('never crash the reader, whatever is changed in them', () => {
    const text = ovf();
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 60 }), fc.string({ maxLength: 8 }), (at, cut, put) => {
        const from = at % text.length;
        try {
          const { disks, cpus, memoryBytes } = parseOvf(text.slice(0, from) + put + text.slice(from + cut));
          expect(disks.length).toBeGreaterThan(0);
          expect(cpus >= 1 && memoryBytes >= 1).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});

describe('manifests', () => {
  it('give the checksum of each file', () => {
    const hex = 'ab'.repeat(32);
    const text = `SHA256(a.ovf)= ${hex}\r\nSHA1 (b.vmdk) = ${'CD'.repeat(20)}\n\n`;
    expect([...parseManifest(text)]).toEqual([
      ['a.ovf', { algorithm: 'sha256', hex }],
      ['b.vmdk', { algorithm: 'sha1', hex: 'cd'.repeat(20) }],
    ]);
  });

  it('are refused when they cannot be read', () => {
    for (const text of ['hello', `MD5(a)= ${'a'.repeat(40)}`, `SHA256(a)= ${'a'.repeat(40)}`])
      expect(() => parseManifest(text)).toThrow(DomainError);
    const twice = `SHA1(a)= ${'a'.repeat(40)}\n`.repeat(2);
    expect(() => parseManifest(twice)).toThrow(/twice/);
    expect(() => parseManifest(`SHA384(a)= ${'a'.repeat(96)}`)).toThrow(
      expect.objectContaining({ code: 'not-implemented' }),
    );
  });
});

const member = (name: string, value: string): string =>
  `<member><name>${name}</name><value>${value}</value></member>`;
const object = (cls: string, id: string, fields: string): string =>
  `<value><struct>${member('class', cls)}${member('id', id)}${member('snapshot', `<struct>${fields}</struct>`)}</struct></value>`;
const ovaXml = (...objects: string[]): string =>
  `<value><struct>${member('version', '<struct/>')}${member('objects', `<array><data>${objects.join('')}</data></array>`)}</struct></value>`;
const VM = object('VM', 'Ref:1', member('is_a_snapshot', '<boolean>0</boolean>'));
const VBD = object('VBD', 'Ref:2', member('type', 'Disk') + member('VDI', 'Ref:3'));
const VDI = object('VDI', 'Ref:3', member('virtual_size', '8388608'));

describe('XVA', () => {
  it('says what it will need before it is sent', () => {
    expect(parseOvaXml(ovaXml(VM, VBD, VDI))).toEqual({ machines: 1, diskBytes: [8 * 2 ** 20] });
    expect(() => parseOvaXml(ovaXml(VBD, VDI))).toThrow(/no machine/);
    expect(() => parseOvaXml(ovaXml(VM, VM))).toThrow(/2 machines/);
    for (const text of [
      '',
      'x',
      '<value/>',
      ovaXml(VM, VBD, object('VDI', 'Ref:3', member('virtual_size', '-1'))),
    ])
      expect(() => parseOvaXml(text)).toThrow(expect.objectContaining({ code: 'invalid-parameter' }));
  });

  it('is checked chunk by chunk', () => {
    const inspector = new XvaInspector();
    const chunk = Buffer.alloc(1024, 3);
    const sha1 = createHash('sha1').update(chunk).digest('hex');
    inspector.checkHeader({ name: 'ova.xml', size: 100 });
    inspector.checkHeader({ name: 'Ref:3/00000000', size: 1024 });
    inspector.checkMember('Ref:3/00000000', chunk);
    inspector.checkMember('Ref:3/00000000.checksum', Buffer.from(sha1));
    expect(() => inspector.checkMember('Ref:3/00000001.checksum', Buffer.from(sha1))).toThrow(/no chunk/);
    inspector.checkMember('Ref:3/00000002', Buffer.from('other'));
    expect(() => inspector.checkMember('Ref:3/00000002.checksum', Buffer.from(sha1))).toThrow(/checksum/);
    for (const name of ['../x', 'Ref:3/../../etc', '/Ref:3/00000000', 'Ref:x/00000000'])
      expect(() => inspector.checkHeader({ name, size: 1 })).toThrow(/does not belong/);
    expect(() => inspector.checkHeader({ name: 'Ref:3/00000003', size: 2 ** 30 })).toThrow(/too long/);
    expect(() => inspector.checkHeader({ name: 'Ref:3/00000003', size: 0, type: 'symlink' })).toThrow(
      /no file/,
    );
    expect(() => new XvaInspector().checkHeader({ name: 'Ref:3/00000000' })).toThrow(/begin/);
  });
});
