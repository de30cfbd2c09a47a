import { fc, test } from '@fast-check/vitest';
import { DomainError } from '@openvsys/vsys';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readXml } from '../../../http/xml/read-xml.js';
import { findRsaKey, isSignedBy, readAccessKey, requireFresh } from './access-key.js';
import { FgcpError } from './fgcp-error.js';
import { readRequest } from './read-request.js';
import { PLAIN, PUBLIC_KEY, WRAPPED } from './signed-requests.fixture.js';
import { unlessEmpty, writeFailure, writeSuccess } from './write-answer.js';

const key = findRsaKey(PUBLIC_KEY);
if (key === undefined) throw new Error('the key of the fixture is unusable');
const statusOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof FgcpError) return `${error.status} ${error.message}`;
    throw error;
  }
  return 'accepted';
};
const read = async (body: string | Buffer, query = '') => readRequest({ query, body: Buffer.from(body) });

describe('signatures', () => {
  it.each([
    ['without line ends', PLAIN],
    ['with a line end in the signed text', WRAPPED],
  ])('hold %s', (_how, { accessKeyId, signature, at }) => {
    const accessKey = readAccessKey(accessKeyId);
    expect(accessKey).toMatchObject({ at, algorithm: 'SHA1withRSA' });
    expect(isSignedBy(accessKey, signature, key)).toBe(true);
  });

  it('hold although line ends were changed or lost on the way, and plus signs were not encoded', () => {
    for (const text of [WRAPPED.accessKeyId.trim(), WRAPPED.accessKeyId.replace('\n', '\r\n')])
      expect(isSignedBy(readAccessKey(text), WRAPPED.signature, key)).toBe(true);
    expect(isSignedBy(readAccessKey(PLAIN.accessKeyId), PLAIN.signature.replaceAll('+', ' '), key)).toBe(
      true,
    );
  });

  it('do not hold for another key, another text, another signature', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(isSignedBy(readAccessKey(PLAIN.accessKeyId), PLAIN.signature, other.publicKey)).toBe(false);
    expect(isSignedBy(readAccessKey(WRAPPED.accessKeyId), PLAIN.signature, key)).toBe(false);
    expect(isSignedBy(readAccessKey(PLAIN.accessKeyId), '', key)).toBe(false);
  });

  it('may be made with SHA-256', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const text = Buffer.from('Etc/GMT+1&1795399095196&1.0&SHA256withRSA').toString('base64');
    const signature = createSign('RSA-SHA256').update(text).sign(privateKey, 'base64');
    expect(readAccessKey(text).algorithm).toBe('SHA256withRSA');
    expect(isSignedBy(readAccessKey(text), signature, publicKey)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['no Base64', '%%%'],
    ['another algorithm', Buffer.from('UTC&1&1.0&MD5withRSA').toString('base64')],
    ['another version', Buffer.from('UTC&1&2.0&SHA1withRSA').toString('base64')],
    ['a long text', 'A'.repeat(2_000)],
  ])('are not looked for in %s', (_what, text) => {
    expect(statusOf(() => readAccessKey(text))).toMatch(/^VALIDATION_ERROR .*verify error/);
  });

  it('are of now, by the words that clients look for', () => {
    const accessKey = readAccessKey(PLAIN.accessKeyId);
    const later = (ms: number) => new Date(PLAIN.at.getTime() + ms);
    expect(statusOf(() => requireFresh(accessKey, later(-900_000), 900_000))).toBe('accepted');
    expect(statusOf(() => requireFresh(accessKey, later(900_001), 900_000))).toMatch(
      /^VALIDATION_ERROR .*synchronized.*API-Server time/,
    );
  });

  it('are made with RSA alone', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(findRsaKey(String(publicKey.export({ type: 'spki', format: 'pem' })))).toBeUndefined();
    expect(findRsaKey('nonsense')).toBeUndefined();
  });
});

const DOCUMENT =
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<OViSSRequest>\r\n  <Action>ListVSYS</Action>\r\n  <AccessKeyId>QQ==\n</AccessKeyId>\r\n  <keyword></keyword>\r\n</OViSSRequest>';
const parts = (end: string, ...bodies: readonly string[]) =>
  bodies.map((body) => `--BOUNDARY\r\n${body}\r\n`).join('') + `--BOUNDARY--${end}`;
const documentPart = `Content-Type: text/xml; charset=UTF-8\r\nContent-Disposition: form-data; name="Document"\r\n\r\n${DOCUMENT}\r\n`;
const filePart = `Content-Type: application/octet-stream\r\nContent-Disposition: form-data; name="configurationXMLFilePath"; filename="extra.xml"\r\n\r\n<?xml version="1.0" encoding ="UTF-8"?>\n<Request><configuration><firewall_nat/></configuration></Request>`;

describe('requests', () => {
  it('come as queries, with line ends in values', async () => {
    const request = await read('', 'vsysId=A-B&Action=ListVServer&AccessKeyId=QQ%3D%3D%0A&name=a+b&empty=');
    expect([request.get('Action'), request.raw('AccessKeyId'), request.get('name')]).toEqual([
      'ListVServer',
      'QQ==\n',
      'a b',
    ]);
    expect(request.find('empty')).toBeUndefined();
  });

  it('come as documents, with line ends in values', async () => {
    const request = await read(DOCUMENT);
    expect([request.get('Action'), request.raw('AccessKeyId'), request.find('keyword')]).toEqual([
      'ListVSYS',
      'QQ==\n',
      undefined,
    ]);
  });

  it.each(['', '\r\n'])('come with attachments, with %j at the end', async (end) => {
    const request = await read(parts(end, documentPart, filePart));
    expect(request.get('Action')).toBe('ListVSYS');
    expect(request.element('configurationXMLFilePath', 'configuration', 'firewall_nat').children).toEqual([]);
    expect(request.document('filePath')).toBeUndefined();
    expect(() => request.element('filePath')).toThrow('[filePath]');
  });

  it('keep the bytes of attachments', async () => {
    const head =
      'Content-Disposition: form-data; name="filePath"; filename="a.p12"\r\nContent-Type: application/octet-stream\r\n\r\n';
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    const body = Buffer.concat([
      Buffer.from(`--B\r\n${documentPart}\r\n--B\r\n${head}`),
      bytes,
      Buffer.from('\r\n--B--'),
    ]);
    const request = await read(body);
    expect(Buffer.from(request.attachment('filePath') ?? []).equals(bytes)).toBe(true);
  });

  it.each([
    ['text', 'hello'],
    ['another document', '<Other/>'],
    ['a name that is not escaped', '<OViSSRequest><vsysName>A & B</vsysName></OViSSRequest>'],
    ['a parameter twice', '<OViSSRequest><a>1</a><a>2</a></OViSSRequest>'],
    ['elements in a parameter', '<OViSSRequest><a><b/></a></OViSSRequest>'],
    ['attachments alone', parts('', filePart)],
    ['no parts', '--BOUNDARY--'],
    ['half a part', '--BOUNDARY\r\nContent-Disposition: form-data; name="Document"\r\n\r\n<OViSSR'],
    ['many parts', parts('', documentPart, ...Array.from({ length: 20 }, () => filePart))],
  ])('are not %s', async (_what, body) => {
    const error: unknown = await read(body).catch((thrown: unknown) => thrown);
    expect(error instanceof FgcpError ? error.status : error instanceof DomainError && error.code).toMatch(
      /^(VALIDATION_ERROR|invalid-request)$/,
    );
  });

  test.prop([fc.oneof(fc.string(), fc.stringMatching(/^--B\r\n[a-zA-Z:;="\r\n <>-]{0,80}$/)), fc.string()])(
    'are answered whatever comes',
    async (body, query) => {
      const answer: unknown = await read(body, query).catch((thrown: unknown) => thrown);
      if (answer instanceof Error)
        expect(answer instanceof FgcpError || answer instanceof DomainError).toBe(true);
    },
  );

  it('have values of kinds', async () => {
    const request = await read('', 'force=True&odd=perhaps&kind=FW&ids=a+b++c');
    expect([request.flag('force'), request.flag('absent'), request.words('ids')]).toEqual([
      true,
      false,
      ['a', 'b', 'c'],
    ]);
    expect(request.oneOf('kind', ['FW', 'SLB'])).toBe('FW');
    expect(statusOf(() => request.flag('odd'))).toBe('VALIDATION_ERROR A wrong value is set.:[odd]');
    expect(statusOf(() => request.oneOf('kind', ['SLB']))).toBe(
      'VALIDATION_ERROR A wrong value is set.:[kind]',
    );
    expect(statusOf(() => request.get('vsysId'))).toBe('VALIDATION_ERROR A wrong value is set.:[vsysId]');
  });
});

describe('answers', () => {
  it('have one namespace, the order of the alphabet and the literal that clients look for', () => {
    const text = writeSuccess('ListVSYS', 'en', {
      vsyss: unlessEmpty('vsys', [
        { vsysName: 'a & b', vsysId: 'A-1', description: '', attachedTo: undefined },
      ]),
      backups: { backup: [] },
    });
    expect(text).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<ListVSYSResponse xmlns="http://apioviss.jp.fujitsu.com">',
        '  <backups/>',
        '  <responseMessage>Processing was completed.</responseMessage>',
        '  <responseStatus>SUCCESS</responseStatus>',
        '  <vsyss>',
        '    <vsys>',
        '      <description/>',
        '      <vsysId>A-1</vsysId>',
        '      <vsysName>a &amp; b</vsysName>',
        '    </vsys>',
        '  </vsyss>',
        '</ListVSYSResponse>',
        '',
      ].join('\r\n'),
    );
    expect(unlessEmpty('vsys', [])).toBeUndefined();
  });

  it('of refusals have two children, each on one line', () => {
    const refused = (error: FgcpError) => readXml(writeFailure('GetVSYSStatus', error));
    expect(refused(new FgcpError('ILLEGAL_STATE', 'a\n b'))).toMatchObject({
      name: 'GetVSYSStatusResponse',
      children: [{ text: 'a b' }, { text: 'ILLEGAL_STATE' }],
    });
    expect(refused(new FgcpError('VALIDATION_ERROR', 'x')).name).toBe('OViSSResponse');
  });
});
