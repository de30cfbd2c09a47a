import { describe, expect, it } from 'vitest';
import { pageOf, readCursor } from './paging.js';

const keyOf = (item: string): readonly string[] => [item, '1'];

describe('paging', () => {
  it('goes on where the page before ended, and ends', () => {
    const page = pageOf('list', { limit: 2 }, ['a', 'b', 'c'], keyOf);
    expect(page.items).toEqual(['a', 'b']);
    expect(readCursor('list', { limit: 2, cursor: page.nextCursor ?? '' }, 2)).toEqual(['b', '1']);
    expect(pageOf('list', { limit: 2 }, ['c', 'd'], keyOf).nextCursor).toBeNull();
    expect(pageOf('list', { limit: 2 }, [], keyOf)).toEqual({ items: [], nextCursor: null });
  });

  it('begins without a cursor', () => {
    expect(readCursor('list', { limit: 2 }, 2)).toBeUndefined();
  });

  it.each([
    ['of another list', Buffer.from('["other","a","b"]').toString('base64url')],
    ['of another length', Buffer.from('["list","a"]').toString('base64url')],
    ['not of texts', Buffer.from('["list",1,2]').toString('base64url')],
    ['not JSON', 'abc'],
    ['empty', ''],
  ])('refuses a cursor %s', (_title, cursor) => {
    expect(() => readCursor('list', { limit: 2, cursor }, 2)).toThrow(
      expect.objectContaining({ code: 'invalid-request', pointer: '/cursor' }),
    );
  });
});
