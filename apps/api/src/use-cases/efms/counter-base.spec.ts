import type { NativeCounter } from '@openvsys/efm';
import { describe, expect, it } from 'vitest';
import { nextBase, sinceBase } from './counter-base.js';

const member = (values: Record<string, number>): NativeCounter[] => [
  { program: 'haproxy', name: 'to-http/web-1', values },
];
const valuesOf = ([counter]: readonly NativeCounter[]) => counter?.values;

describe('counting anew', () => {
  it('takes off what was counted, and leaves what is so now', () => {
    const base = nextBase(member({ scur: 3, stot: 10, errors: 2 }), 'all');
    expect(valuesOf(sinceBase(member({ scur: 4, stot: 12, errors: 2 }), base))).toEqual({
      scur: 4,
      stot: 2,
      errors: 0,
    });
  });

  it('takes errors and load apart', () => {
    const errors = nextBase(member({ stot: 10, errors: 2 }), 'errors');
    expect(valuesOf(sinceBase(member({ stot: 10, errors: 2 }), errors))).toEqual({ stot: 10, errors: 0 });
    const both = nextBase(member({ stot: 11, errors: 5 }), 'load', errors);
    expect(valuesOf(sinceBase(member({ stot: 11, errors: 5 }), both))).toEqual({ stot: 0, errors: 3 });
  });

  it('believes a counter that began anew by itself, and one that is new', () => {
    const base = nextBase(member({ stot: 10 }), 'all');
    expect(valuesOf(sinceBase(member({ stot: 4, errors: 1 }), base))).toEqual({ stot: 4, errors: 1 });
  });
});
