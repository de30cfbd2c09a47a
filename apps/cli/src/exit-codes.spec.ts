import { describe, expect, it } from 'vitest';
import { EXIT, EXIT_CODE_HELP, exitCodeOfOperation, exitCodeOfStatus } from './exit-codes.js';

describe('exit codes', () => {
  it.each([
    [400, 5],
    [401, 3],
    [403, 3],
    [404, 4],
    [409, 5],
    [412, 5],
    [413, 5],
    [422, 5],
    [428, 5],
    [429, 6],
    [500, 6],
    [502, 6],
    [503, 6],
  ])('tell status %i as %i', (status, code) => {
    expect(exitCodeOfStatus(status)).toBe(code);
  });

  it.each([
    ['succeeded', 0],
    ['failed', 1],
    ['cancelled', 7],
    ['queued', 8],
    ['running', 8],
    ['rolling-back', 8],
  ] as const)('tell an operation that is %s as %i', (state, code) => {
    expect(exitCodeOfOperation(state)).toBe(code);
  });

  it('are all explained in the help, and different', () => {
    const codes = Object.values(EXIT);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(EXIT_CODE_HELP).toMatch(new RegExp(`^  ${code} `, 'm'));
  });
});
