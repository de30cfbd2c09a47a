import { describe, expect, it } from 'vitest';
import { CliError, errorOfAnswer, errorOfSilence, explain } from './cli-error.js';
import { EXIT } from './exit-codes.js';

describe('an error', () => {
  it('is explained with what, where, remedy, retry and request id', () => {
    const error = errorOfAnswer(
      {
        title: 'The descriptor is not valid',
        detail: 'The descriptor has 2 mistakes.',
        code: 'invalid-descriptor',
        violations: [
          {
            pointer: '/vservers/web/type',
            message: 'No server type is called “s”.',
            remedy: 'Did you mean “m”?',
          },
          { pointer: '', message: 'vnets is missing.' },
        ],
        remedy: 'Correct the places.',
        retry: 'after-change',
        requestId: 'r-1',
      },
      422,
    );
    expect(error.exitCode).toBe(EXIT.refused);
    expect(explain(error)).toBe(
      [
        'error: The descriptor has 2 mistakes.',
        '  code     invalid-descriptor',
        '  at       /vservers/web/type: No server type is called “s”.',
        '           Did you mean “m”?',
        '  at       /: vnets is missing.',
        '  remedy   Correct the places.',
        '  retry    only after something was changed',
        '  request  r-1',
      ].join('\n'),
    );
  });

  it('does not say twice what a single wrong place says', () => {
    const error = errorOfAnswer(
      {
        detail: 'Parameters do not fit: /parameters/n: Must be at least 1.',
        violations: [{ pointer: '/parameters/n', message: 'Must be at least 1.', remedy: 'Give more.' }],
        remedy: 'Give more.',
      },
      422,
    );
    expect(explain(error).split('\n').slice(1)).toEqual([
      '  at       /parameters/n',
      '  remedy   Give more.',
    ]);
  });

  it('names the status when the answer is no problem document', () => {
    expect(explain(errorOfAnswer('<html>', 502))).toBe('error: The server answered with status 502.');
  });

  it('names the reason of the network when there is no answer', () => {
    const error = errorOfSilence(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));
    expect(error.exitCode).toBe(EXIT.unavailable);
    expect(explain(error)).toContain('fetch failed: connect ECONNREFUSED');
  });

  it('cannot steer the terminal', () => {
    const error = new CliError('\u001B[2Jgone\u202E', EXIT.refused, { remedy: 'a\rb' });
    expect(explain(error)).toBe('error:  [2Jgone \n  remedy   a b');
  });
});
