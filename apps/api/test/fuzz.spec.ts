/** What callers of every face send: read, or refused in the words of that face. Parsers must not fall over from inside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz } from '@openvsys/testing';
import { DomainError } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { V1_DIALECT, V2_DIALECT } from '../src/faces/cimi/model/dialect.js';
import { attributesOf } from '../src/faces/cimi/model/resource-types.js';
import { CimiRefusal } from '../src/faces/cimi/protocol/refusal.js';
import { parseFilter } from '../src/faces/cimi/query/filter.js';
import { parseQuery } from '../src/faces/cimi/query/query.js';
import { readJson } from '../src/faces/cimi/read/read-json.js';
import { readXmlBody } from '../src/faces/cimi/read/read-xml-body.js';
import { findRsaKey, isSignedBy, readAccessKey } from '../src/faces/fgcp/protocol/access-key.js';
import { FgcpError } from '../src/faces/fgcp/protocol/fgcp-error.js';
import { readRequest } from '../src/faces/fgcp/protocol/read-request.js';
import { PLAIN, PUBLIC_KEY, WRAPPED } from '../src/faces/fgcp/protocol/signed-requests.fixture.js';
import { readPkcs12 } from '../src/faces/fgcp/words/read-pkcs12.js';
import { readXml } from '../src/http/xml/read-xml.js';

const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError || error instanceof FgcpError || error instanceof CimiRefusal;

const XML_WORDS = [
  '<a>',
  '</a>',
  '<a xmlns="x" xmlns:b="y" b:c="d"/>',
  '<![CDATA[',
  '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;&b;">]>',
  '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
  '&c;',
  '&#0;',
  '&#xD800;',
  '<?x?>',
  '<!--',
];
const JSON_WORDS = ['{"__proto__":{', '[[[[', 'null', '"\\u0000"', '"href":', '1e999'];

const MACHINE = {
  name: 'web',
  properties: { a: 'b' },
  machineConfig: { cpu: 1, memory: 1024, disks: [{ capacity: 5, format: 'raw' }] },
  machineImage: { href: 'machine_images/debian-13' },
  networkInterfaces: [{ network: { href: '#dmz' }, addresses: [{ href: 'addresses/1' }] }],
  credential: null,
};
const machineXml = (namespace: string): string =>
  `<MachineTemplate xmlns="${namespace}"><name>web</name><property key="a">b</property><machineConfig><cpu>1</cpu>
   <memory>1024</memory><disk><capacity>5</capacity></disk></machineConfig><machineImage href="machine_images/debian-13"/>
   <networkInterface><network href="#dmz"/></networkInterface></MachineTemplate>`;
const expected = {
  dialect: V1_DIALECT,
  baseUri: 'http://cloud/cimi/',
  attributes: attributesOf('MachineTemplate'),
  types: ['MachineTemplate'],
};

const FGCP_XML = `<?xml version="1.0" encoding="UTF-8"?>\r\n<OViSSRequest>\r\n  <Action>CreateVServer</Action>
  <vserverName>web</vserverName>\r\n  <AccessKeyId>${PLAIN.accessKeyId}</AccessKeyId>\r\n</OViSSRequest>`;
const PARTS = `--B\r\nContent-Type: text/xml\r\nContent-Disposition: form-data; name="Document"\r\n\r\n${FGCP_XML}\r\n--B\r\nContent-Type: application/octet-stream\r\nContent-Disposition: form-data; name="policies"; filename="x.xml"\r\n\r\n<Request/>\r\n--B--`;

interface Target {
  readonly name: string;
  readonly samples: readonly (string | Uint8Array)[];
  readonly words: readonly string[];
  readonly parse: (input: Buffer) => unknown;
}
const text = (read: (input: string) => unknown) => (input: Buffer) => read(input.toString('utf8'));
const PKCS12 = readFileSync(join(import.meta.dirname, '../../../libs/efm/test/certificates/shop.pem'));

const targets: readonly Target[] = [
  {
    name: 'XML',
    samples: [FGCP_XML, machineXml(V2_DIALECT.namespace)],
    words: XML_WORDS,
    parse: (input) => readXml(input),
  },
  {
    name: 'a request of FGCP',
    samples: [FGCP_XML, PARTS],
    words: [...XML_WORDS, '--B', '\r\n', 'Content-Disposition: form-data; name="Document"', ''],
    parse: async (input) => readRequest({ query: '', body: input }),
  },
  {
    name: 'a query of FGCP',
    samples: ['Action=ListVSYS&Version=2015-01-30&Locale=en&Signature=a%2Bb%0A'],
    words: ['%', '%zz', '%00', '&&', '=', '+', '%EF%BB%BF'],
    parse: async (input) => readRequest({ query: input.toString('latin1'), body: Buffer.alloc(0) }),
  },
  {
    name: 'an access key of FGCP',
    samples: [PLAIN.accessKeyId, WRAPPED.accessKeyId],
    words: ['VVRD', '=', '\n', 'JiYmJg'],
    parse: text(readAccessKey),
  },
  {
    name: 'a signature of FGCP',
    samples: [PLAIN.signature, WRAPPED.signature],
    words: ['=', '\n'],
    parse: text((signature) => {
      const key = findRsaKey(PUBLIC_KEY);
      return key && isSignedBy(readAccessKey(PLAIN.accessKeyId), signature, key);
    }),
  },
  { name: 'a public key', samples: [PUBLIC_KEY], words: ['-----', 'BEGIN', '\n'], parse: text(findRsaKey) },
  {
    name: 'a PKCS#12 file',
    samples: [PKCS12, Buffer.from('3082010002010330', 'hex')],
    words: ['\u0030\u0080', 'MII'],
    parse: (input) => readPkcs12(input, 'secret'),
  },
  {
    name: 'a body of CIMI in JSON',
    samples: [JSON.stringify(MACHINE)],
    words: JSON_WORDS,
    parse: text((input) => readJson(input, expected)),
  },
  {
    name: 'a body of CIMI in XML',
    samples: [machineXml(V1_DIALECT.namespace)],
    words: XML_WORDS,
    parse: text((input) => readXmlBody(input, expected)),
  },
  {
    name: 'a filter of CIMI',
    samples: [
      `(memory<1024 or memory>=1024) and state='STARTED'`,
      `property['a']!="b" and created>2026-05-01`,
    ],
    words: ['(', ')))', ' and ', ' or ', `['`, '<=', '"', 'property[', '(((((((('],
    parse: text((input) => parseFilter(input)(() => 'x')),
  },
  {
    name: 'a query of CIMI',
    samples: ['?$select=name,state&$filter=name%3D%27web%27&$first=1&$last=9&$orderby=name:desc&$expand=*'],
    words: ['$filter=', '$first=-1', '%', '%00', ',,', ':', '&'],
    parse: text(parseQuery),
  },
];

describe('whatever callers send, it is read or refused', () => {
  it.each(targets)('$name', async ({ samples, words, parse }) => {
    const { read, refused } = await fuzz({ samples, words, parse, isRefusal });
    expect(read + refused).toBeGreaterThan(0);
  });

  it.each([
    [
      'entities in entities',
      `<!DOCTYPE a [${'abcdefghij'
        .split('')
        .map((name, n) => `<!ENTITY ${name} "${'&x;'.repeat(n)}">`)
        .join('')}]><a>&j;</a>`,
    ],
    ['a file of ours', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
    ['elements in elements', '<a>'.repeat(100_000)],
    ['many elements', `<a>${'<b/>'.repeat(200_000)}</a>`],
    ['many attributes', `<a ${Array.from({ length: 1_000 }, (_, n) => `b${n}=""`).join(' ')}/>`],
    ['more than there may be', 'x'.repeat(2 ** 21)],
  ])('a bomb of %s is refused at once', (_, bomb) => {
    const before = performance.now();
    expect(() => readXml(bomb)).toThrow(DomainError);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('a filter that is nested without end is refused, not followed until the stack is full', () => {
    expect(() => parseFilter(`${'('.repeat(100_000)}name=1`)).toThrow(DomainError);
  });
});
