import { describe, expect, it } from 'vitest';
import { READABLE_SEALER as SEALER } from '../../test/readable-sealer.js';
import { vserverIdOf } from '../ids.js';
import { VSYS } from '../../test/spec-fixtures.js';
import { isSameTexts, isSealed, keepSealed, markOf, marksOf } from './sealed-text.js';

const WEB = vserverIdOf(VSYS, 1);
const DB = vserverIdOf(VSYS, 2);

describe('a sealed text', () => {
  const sealed = SEALER.seal('correct horse', WEB);

  it('is told by its mark, which says nothing of what is inside', () => {
    expect(isSealed(sealed)).toBe(true);
    expect(markOf(markOf(sealed))).toBe(markOf(sealed));
    expect(markOf(sealed).length).toBeLessThan(sealed.length);
    expect(markOf(SEALER.seal('correct horse', WEB))).not.toBe(markOf(sealed));
    expect(markOf('plain')).toBe('plain');
  });

  it('stays as long as it says the same', () => {
    expect(keepSealed('correct horse', WEB, SEALER, sealed)).toBe(sealed);
    expect(keepSealed('another', WEB, SEALER, sealed)).not.toBe(sealed);
    expect(SEALER.open(keepSealed('another', WEB, SEALER, 'plain before'), WEB)).toBe('another');
    expect(() => keepSealed('correct horse', DB, SEALER, sealed)).toThrow(/sealed for/);
  });

  it('is the same as its mark among other texts', () => {
    const wanted = { a: 'plain', b: sealed };
    expect(isSameTexts(wanted, marksOf(wanted))).toBe(true);
    expect(isSameTexts(wanted, { a: 'plain' })).toBe(false);
    expect(isSameTexts(wanted, { a: 'plain', b: SEALER.seal('correct horse', WEB) })).toBe(false);
    expect(isSameTexts({ a: 'plain' }, { b: 'plain' })).toBe(false);
  });
});
