import { describe, expect, it } from 'vitest';
import { checkPrecondition } from '../use-cases/precondition.js';
import { etagOf, preconditionOf, requiredPreconditionOf } from './etag.js';

describe('If-Match', () => {
  it('takes one tag, a list of tags, weak tags and the star', () => {
    expect(preconditionOf(etagOf(3))).toEqual({ generations: [3] });
    expect(preconditionOf('"1", W/"2"')).toEqual({ generations: [1, 2] });
    expect(preconditionOf(' * ')).toEqual({ generations: 'any' });
    expect(preconditionOf(undefined)).toBeUndefined();
  });

  it.each(['3', '"x"', '"1",', '""', '*, "1"'])('refuses %s', (header) => {
    expect(() => preconditionOf(header)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  it('can be required', () => {
    expect(() => requiredPreconditionOf(undefined)).toThrow(
      expect.objectContaining({ code: 'precondition-required' }),
    );
  });

  it('holds when one of the tags is the present generation', () => {
    expect(() => checkPrecondition({ generations: [1, 2] }, 2)).not.toThrow();
    expect(() => checkPrecondition({ generations: 'any' }, 9)).not.toThrow();
    expect(() => checkPrecondition({ generations: [1] }, 2)).toThrow(
      expect.objectContaining({ code: 'stale' }),
    );
  });
});
