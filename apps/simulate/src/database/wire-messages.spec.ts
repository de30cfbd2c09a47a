import { describe, expect, it } from 'vitest';
import { cutMessages, simpleQuery, statementOf, textOf, withStatement, withText } from './wire-messages.js';

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

  it('carry another name of their statement, and none when they have none', () => {
    const named = withStatement({ kind: 'P', bytes: parse('s1', 'SELECT 1') }, 'shared_7');
    expect(named.bytes.equals(parse('shared_7', 'SELECT 1'))).toBe(true);
    expect(statementOf(named)).toBe('shared_7');
    expect(statementOf({ kind: 'P', bytes: parse('', 'SELECT 1') })).toBeUndefined();
  });

  it('carry another text with the right length', () => {
    const changed = withText({ kind: 'P', bytes: parse('s1', 'SELECT 1') }, (text) => `${text} + 100`);
    expect(changed.bytes.equals(parse('s1', 'SELECT 1 + 100'))).toBe(true);
  });
});
