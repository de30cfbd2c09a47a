import { describe, expect, it } from 'vitest';
import { connectionStateOf, type ConnectionFacts } from './connection-state.js';

const at = new Date('2026-03-01T12:00:00Z');
const facts = (changes: Partial<ConnectionFacts>): ConnectionFacts => ({
  acceptedAt: at,
  releasedAt: null,
  ends: [{ isReached: true }, { isReached: true }],
  ...changes,
});

describe('the state of a connection', () => {
  it.each([
    ['proposed', facts({ acceptedAt: null, ends: [{ isReached: false }] })],
    ['accepted', facts({ ends: [{ isReached: true }, { isReached: false }] })],
    ['established', facts({})],
    ['deleted', facts({ releasedAt: at })],
  ] as const)('is %s', (state, given) => {
    expect(connectionStateOf(given)).toBe(state);
  });
});
