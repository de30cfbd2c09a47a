import { describe, expect, it } from 'vitest';
import { cutMessages, simpleQuery, textOf, withOwnNames, withText } from './wire-messages.js';

/** `Parse` of a statement: name, text, no types. */
function parse(name: string, text: string): Buffer {
  const body = Buffer.from(`${name}\0${text}\0\0\0`);
  const head = Buffer.alloc(5);
  head.write('P', 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

describe('messages of the wire', () => {
  it('are cut where they end; what is not whole waits', () => {
    const bytes = Buffer.concat([simpleQuery('COMMIT'), simpleQuery('SELECT 1').subarray(0, 7)]);
    const { messages, rest } = cutMessages(bytes);
    expect(messages.map(textOf)).toEqual(['COMMIT']);
    expect(rest.length).toBe(7);
  });

  it('name statements of each connection apart, and leave nameless ones alone', () => {
    const named = cutMessages(withOwnNames({ kind: 'P', bytes: parse('s1', 'SELECT 1') }, 'c7_')).messages[0];
    expect(named?.bytes.equals(parse('c7_s1', 'SELECT 1'))).toBe(true);
    const nameless = parse('', 'SELECT 1');
    expect(withOwnNames({ kind: 'P', bytes: nameless }, 'c7_').equals(nameless)).toBe(true);
  });

  it('carry another text with the right length', () => {
    const changed = withText({ kind: 'P', bytes: parse('s1', 'SELECT 1') }, (text) => `${text} + 100`);
    expect(changed.bytes.equals(parse('s1', 'SELECT 1 + 100'))).toBe(true);
  });
});
