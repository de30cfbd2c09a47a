import { expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.js';

it.each([
  ['standart.small', ['standard.small', 'standard.large'], 'Did you mean “standard.small”?'],
  ['dbm', ['dmz', 'app', 'db'], 'Did you mean “db”?'],
  ['DMZ', ['dmz', 'app'], 'Did you mean “dmz”?'],
  ['ap', ['pa', 'zzz'], 'Did you mean “pa”?'],
  ['xyz', ['dmz-1', 'app-1'], 'There is: app-1, dmz-1.'],
  ['x', [], 'There is none to choose from.'],
])('%s of %j: %s', (wrong, names, answer) => {
  expect(didYouMean(wrong, names)).toBe(answer);
});

it('does not list hundreds', () => {
  const names = Array.from({ length: 300 }, (_, index) => `server-${index}`);
  expect(didYouMean('database', names)).toMatch(/^There are: .* …$/);
});
