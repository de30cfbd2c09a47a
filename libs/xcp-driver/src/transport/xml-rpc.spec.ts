import { describe, expect, it } from 'vitest';
import { parseXmlValue } from './xml-value.js';
import { xmlRequest, xmlResult } from './xml-rpc.js';

const answer = (members: string): string =>
  `<?xml version="1.0"?><methodResponse><params><param><value><struct>${members}</struct></value></param></params></methodResponse>`;
const member = (name: string, value: string): string =>
  `<member><name>${name}</name><value>${value}</value></member>`;

describe('XML-RPC', () => {
  it('writes every kind of value', () => {
    const xml = xmlRequest('VM.start', ['<&>', 7, 30.1, true, ['a'], { 'k&': 'v' }]);
    expect(xml).toContain('<value>&lt;&amp;&gt;</value>');
    expect(xml).toContain('<value>7</value>');
    expect(xml).toContain('<value><double>30.1</double></value>');
    expect(xml).toContain('<value><boolean>1</boolean></value>');
    expect(xml).toContain('<array><data><value>a</value></data></array>');
    expect(xml).toContain('<name>k&amp;</name><value>v</value>');
  });

  it('reads success, failure and void', () => {
    expect(xmlResult(answer(member('Status', 'Success') + member('Value', '')), 'm')).toBe('');
    const failed = answer(
      member('Status', 'Failure') +
        member('ErrorDescription', '<array><data><value>VDI_IN_USE</value><value>x</value></data></array>'),
    );
    expect(() => xmlResult(failed, 'm')).toThrow(
      expect.objectContaining({ code: 'VDI_IN_USE', params: ['x'] }) as Error,
    );
  });

  it('reads nested values and keeps empty texts', () => {
    const xml =
      '<value><struct><member><name>a</name><value><array><data><value></value><value><nil/></value>' +
      '<value><struct></struct></value></data></array></value></member></struct></value>';
    expect(parseXmlValue(xml)).toEqual({ a: ['', null, {}] });
  });

  it.each([
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><value>&a;</value>'],
    ['broken XML', '<value><string>x</value>'],
    ['deep nesting', '<value><array><data>'.repeat(200)],
    ['nothing', '<methodResponse/>'],
  ])('refuses %s', (_what, xml) => expect(() => parseXmlValue(xml)).toThrow(/refused/));
});
