import { describe, expect, it } from 'vitest';
import { coerce } from '../dispatch/arguments.js';
import { dataModel } from '../datamodel/data-model.js';
import { decodeXmlCall, MalformedCall } from './xml-decode.js';
import { jsonValue } from './json-encode.js';
import { parseType } from '../datamodel/type-expression.js';
import { xmlValue } from './xml-encode.js';

const model = dataModel();

describe('shapes of arguments', () => {
  it.each([
    ['int', '42', 42],
    ['int', '0x10', 16],
    ['int', -5, -5],
    ['float', '1.5', 1.5],
    ['enum vbd_mode', 'rw', 'RW'],
    ['datetime', '2026-08-21T10:11:12Z', '20260821T10:11:12Z'],
    ['datetime', '20260821T10:11:12+02:00', '20260821T08:11:12Z'],
    ['(int -> string) map', { 1: 'a' }, { 1: 'a' }],
  ])('%s takes %j', (type, given, expected) => {
    expect(coerce(model, parseType(type), given)).toEqual(expected);
  });

  it.each([
    ['int', '1.5'],
    ['int', ' 1'],
    ['int', ''],
    ['int', '99999999999999999999'],
    ['bool', 'true'],
    ['bool', 1],
    ['string', 5],
    ['string', 'a\u0001b'],
    ['string set', 'x'],
    ['enum vbd_mode', 'WO'],
    ['datetime', 'yesterday'],
  ])('%s refuses %j', (type, given) => {
    expect(() => coerce(model, parseType(type), given)).toThrow(/INTERNAL_ERROR/);
  });
});

describe('XML-RPC text', () => {
  it('keeps ints untagged and tags the rest', () => {
    expect(xmlValue(model, parseType('int'), 42)).toBe('<value>42</value>');
    expect(xmlValue(model, parseType('bool'), true)).toBe('<value><boolean>1</boolean></value>');
    expect(xmlValue(model, parseType('string set'), ['a<b'])).toBe(
      '<value><array><data><value>a&lt;b</value></data></array></value>',
    );
    expect(jsonValue(model, parseType('float set'), [1, 0.5])).toBe('[1.0,0.5]');
  });

  it('reads typed and untyped values and refuses what is no call', () => {
    const value = '<value><struct><member><name>a</name><value><i8>7</i8></value></member></struct></value>';
    expect(
      decodeXmlCall(
        `<methodCall><methodName>x.y</methodName><params><param>${value}</param></params></methodCall>`,
      ),
    ).toEqual({
      method: 'x.y',
      params: [{ a: 7 }],
    });
    expect(() => decodeXmlCall('<methodCall><methodName>x</methodName></methodCall>')).toThrow(MalformedCall);
  });
});
