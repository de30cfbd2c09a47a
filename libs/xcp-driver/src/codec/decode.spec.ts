import { describe, expect, it } from 'vitest';
import { parseXmlValue } from '../transport/xml-value.js';
import { decodeDate, decodeRecord, decodeResult, encodeParameter } from './decode.js';

describe('records', () => {
  it('are the same from JSON and from XML (D7)', () => {
    const json = {
      memory_static_max: 2147483648,
      is_a_template: true,
      VBDs: ['OpaqueRef:a'],
      resident_on: 'OpaqueRef:NULL',
    };
    const xml = parseXmlValue(
      '<value><struct><member><name>memory_static_max</name><value>2147483648</value></member>' +
        '<member><name>is_a_template</name><value><boolean>1</boolean></value></member>' +
        '<member><name>VBDs</name><value><array><data><value>OpaqueRef:a</value></data></array></value></member>' +
        '<member><name>resident_on</name><value>OpaqueRef:NULL</value></member></struct></value>',
    );
    const fromJson = decodeRecord('VM', json);
    expect(decodeRecord('VM', xml)).toEqual(fromJson);
    expect(fromJson).toMatchObject({ memory_static_max: 2 ** 31, is_a_template: true, resident_on: null });
  });

  it('of older pools get empty values for missing fields (D10)', () => {
    expect(decodeRecord('VIF', {}, ['MAC', 'ipv4_allowed', 'network', 'currently_attached'])).toEqual({
      MAC: '',
      ipv4_allowed: [],
      network: null,
      currently_attached: false,
    });
  });

  it('let unknown values of an enumeration through (D9)', () => {
    expect(decodeRecord('VM', { power_state: 'Dreaming' }, ['power_state'])).toEqual({
      power_state: 'Dreaming',
    });
  });
});

describe('values', () => {
  it.each([
    ['20260821T10:11:12Z', Date.UTC(2026, 7, 21, 10, 11, 12)],
    ['2026-08-21T10:11:12Z', Date.UTC(2026, 7, 21, 10, 11, 12)],
  ])('read the date %s', (text, ms) => expect(decodeDate(text)?.getTime()).toBe(ms));

  it('read the epoch as never (D8)', () => expect(decodeDate('19700101T00:00:00Z')).toBeNull());

  it('read every form of a null reference', () => {
    for (const ref of ['OpaqueRef:NULL', '', 'Ref:7']) expect(decodeResult('VM.clone', ref)).toBeNull();
  });

  it('are written without null, Date and undefined', () => {
    const date = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(encodeParameter({ a: null, b: undefined, c: [date] })).toEqual({
      a: 'OpaqueRef:NULL',
      c: ['20260102T03:04:05Z'],
    });
  });
});
