/** What pools and tenants send that the driver has to read: images and their descriptions, answers, figures. */
import { DomainError } from '@openvsys/vsys';
import { fuzz } from '@openvsys/testing';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../src/images/formats/manifest.js';
import { parseOvf } from '../src/images/formats/ovf.js';
import { blockCount, type RandomAccess } from '../src/images/formats/random-access.js';
import { openVhd } from '../src/images/formats/vhd-reader.js';
import { writeFooter, writeHeader } from '../src/images/formats/vhd-layout.js';
import { openVmdk } from '../src/images/formats/vmdk-reader.js';
import { parseOvaXml } from '../src/images/formats/xva.js';
import { parseRrdJson, parseRrdXml } from '../src/metrics/rrd-updates.js';
import { jsonResult } from '../src/transport/json-rpc.js';
import { TransportError } from '../src/transport/transport.js';
import { xmlResult } from '../src/transport/xml-rpc.js';

const isDomainError = (error: unknown): boolean => error instanceof DomainError;
const isTransportError = (error: unknown): boolean => error instanceof TransportError || isXenError(error);
const isXenError = (error: unknown): boolean => error instanceof Error && error.name === 'XenApiError';

/** Refuses what lies beyond its end, as a file that was cut does. */
const inMemory = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  read: async (offset, length) => {
    if (offset < 0 || offset + length > bytes.length) throw new Error(BEYOND);
    return bytes.subarray(offset, offset + length);
  },
  isEmpty: () => false,
});
const BEYOND = 'read beyond the end';

const MIB = 2 ** 20;
const smallVhd = (): Buffer => {
  const footer = writeFooter(4 * MIB, Buffer.alloc(16, 1));
  const table = Buffer.alloc(512, 0xff);
  return Buffer.concat([footer, writeHeader(2, 2 * MIB), table, footer]);
};
const smallVmdk = (): Buffer => {
  const header = Buffer.alloc(512);
  header.writeUInt32LE(0x564d444b, 0);
  header.writeUInt32LE(3, 4);
  header.writeUInt32LE(0x30001, 8);
  header.writeBigUInt64LE(8192n, 12);
  header.writeBigUInt64LE(128n, 20);
  header.writeUInt32LE(512, 44);
  header.writeBigUInt64LE(2n, 56);
  header.writeUInt16LE(1, 77);
  return Buffer.concat([header, Buffer.alloc(4 * 512)]);
};

const OVF = `<?xml version="1.0"?><Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
 xmlns:rasd="urn:rasd"><References><File ovf:id="f" ovf:href="root.vmdk" ovf:size="1024"/></References>
 <DiskSection><Info/><Disk ovf:diskId="root" ovf:fileRef="f" ovf:capacity="20" ovf:capacityAllocationUnits="byte * 2^30"/></DiskSection>
 <VirtualSystem ovf:id="web"><Info/><VirtualHardwareSection>
 <Item><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item>
 <Item><rasd:ResourceType>4</rasd:ResourceType><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:VirtualQuantity>2048</rasd:VirtualQuantity></Item>
 <Item><rasd:ResourceType>17</rasd:ResourceType><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:HostResource>/disk/root</rasd:HostResource></Item>
 </VirtualHardwareSection></VirtualSystem></Envelope>`;
const OVA_XML = `<value><struct><member><name>version</name><value><struct><member><name>hostname</name><value>x</value></member>
 </struct></value></member><member><name>objects</name><value><array><data><value><struct><member><name>class</name><value>VM</value></member>
 <member><name>id</name><value>Ref:1</value></member><member><name>snapshot</name><value><struct><member><name>name_label</name><value>web</value></member>
 </struct></value></member></struct></value></data></array></data></array></value></member></struct></value>`;
const XML_ANSWER = `<?xml version="1.0"?><methodResponse><params><param><value><struct><member><name>Status</name><value>Success</value></member>
 <member><name>Value</name><value><array><data><value><i4>1</i4></value><value><boolean>1</boolean></value><value><double>1.5</double></value>
 <value><dateTime.iso8601>20260101T00:00:00Z</dateTime.iso8601></value></data></array></value></member></struct></value></param></params></methodResponse>`;
const RRD = {
  legend: [
    'AVERAGE:vm:01234567-89ab-cdef-0123-456789abcdef:cpu0',
    'AVERAGE:host:11234567-89ab-cdef-0123-456789abcdef:x',
  ],
  rows: [{ t: 1000, values: [0.5, 'NaN'] }],
};
const RRD_JSON = JSON.stringify({
  meta: { start: 1, step: 5, end: 2, rows: 1, columns: 2, legend: RRD.legend },
  data: RRD.rows,
});
const RRD_XML = `<xport><meta><start>1</start><step>5</step><end>2</end><rows>1</rows><columns>2</columns><legend>${RRD.legend
  .map((entry) => `<entry>${entry}</entry>`)
  .join('')}</legend></meta><data><row><t>1000</t><v>0.5</v><v>NaN</v></row></data></xport>`;
const XML_WORDS = [
  '<a>',
  '</a>',
  '<![CDATA[',
  '<!DOCTYPE a [<!ENTITY b "b">]>',
  '&b;',
  '&#0;',
  '<?x?>',
  '<value>',
  'xmlns="',
];

describe('whatever is sent, the driver reads it or refuses it in its own words', () => {
  it('a VHD', async () => {
    const { refused } = await fuzz({
      samples: [smallVhd()],
      words: ['conectix', 'cxsparse'],
      isRefusal: isDomainError,
      parse: async (input) => {
        const disk = await openVhd(inMemory(input));
        for (let index = 0; index < Math.min(4, blockCount(disk.virtualBytes)); index += 1)
          await disk.readBlock(index);
      },
    });
    expect(refused).toBeGreaterThan(0);
  });

  it('a VMDK', async () => {
    const { refused } = await fuzz({
      samples: [smallVmdk()],
      words: ['KDMV', '# Disk DescriptorFile\n', 'createType="streamOptimized"'],
      isRefusal: isDomainError,
      parse: async (input) => {
        const disk = await openVmdk(inMemory(input), 2 ** 40);
        for (let index = 0; index < Math.min(4, blockCount(disk.virtualBytes)); index += 1)
          await disk.readBlock(index);
      },
    });
    expect(refused).toBeGreaterThan(0);
  });

  it.each([
    ['an OVF', OVF, (text: string) => parseOvf(text), isDomainError],
    ['the description in an XVA', OVA_XML, (text: string) => parseOvaXml(text), isDomainError],
    ['an answer in XML-RPC', XML_ANSWER, (text: string) => xmlResult(text, 'VM.get_all'), isTransportError],
    ['figures in XML', RRD_XML, (text: string) => parseRrdXml(text), isTransportError],
  ] as const)('%s', async (_, sample, read, isRefusal) => {
    const { refused } = await fuzz({
      samples: [sample],
      words: XML_WORDS,
      parse: (input) => read(input.toString('utf8')),
      isRefusal,
    });
    expect(refused).toBeGreaterThan(0);
  });

  it.each([
    ['figures in JSON', RRD_JSON, (text: string) => parseRrdJson(text), isTransportError],
    [
      'an answer in JSON-RPC',
      '{"jsonrpc":"2.0","id":1,"result":{"a":["b",1,1.5,null]},"error":{"code":1,"message":"HOST_IS_SLAVE","data":["x"]}}',
      (text: string) => jsonResult(text, 'VM.get_all'),
      isTransportError,
    ],
    [
      'a manifest',
      `SHA256(root.vmdk)= ${'a'.repeat(64)}\nSHA1 (x.ovf) = ${'b'.repeat(40)}\n`,
      (text: string) => parseManifest(text),
      isDomainError,
    ],
  ] as const)('%s', async (_, sample, read, isRefusal) => {
    const words = ['{"__proto__":{', '[[[[', 'null', 'true', '"\\u0000"', 'SHA256('];
    const { refused } = await fuzz({
      samples: [sample],
      words,
      parse: (input) => read(input.toString('utf8')),
      isRefusal,
    });
    expect(refused).toBeGreaterThan(0);
  });
});
