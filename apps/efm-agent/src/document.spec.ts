import { describe, expect, it } from 'vitest';
import { documentOf } from './lab/documents.js';
import { parseDocument } from './document.js';

const text = (value: unknown) => JSON.stringify(value);

describe('a document', () => {
  it('is taken as it was made', () => {
    const made = documentOf({ files: { 'a.conf': 'x' } }, { 'keys/a.pem': 'secret' });
    expect(parseDocument(text(made))).toEqual(made);
  });

  it.each([
    ['is no JSON', 'nonsense', 'not JSON'],
    ['is null', 'null', 'envelope'],
    ['lacks its secrets', text({ ...documentOf({}), secrets: undefined }), 'envelope'],
    ['was damaged', text(documentOf({ files: { a: 'x' } })).replace('"x"', '"y"'), 'hash does not fit'],
    ['has a layout of tomorrow', text(documentOf({ format: 99 })), 'format 99'],
    [
      'writes outside of its folder',
      text(documentOf({ files: { '../../etc/passwd': 'x' } })),
      'no file name',
    ],
    ['names an absolute path', text(documentOf({ files: { '/etc/passwd': 'x' } })), 'no file name'],
    ['brings another secret', text({ ...documentOf({}, { k: 'a' }), secrets: { k: 'b' } }), 'secret file k'],
    [
      'runs a program without its file',
      text(documentOf({ programs: [{ name: 'haproxy', config: 'haproxy.cfg' }] })),
      'no file haproxy.cfg',
    ],
  ])('is refused when it %s', (_, wrong, reason) => {
    expect(() => parseDocument(wrong)).toThrow(reason);
  });
});
