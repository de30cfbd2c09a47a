/** The account that callers of this protocol expect on a fresh server, and a password for it. */
import { randomInt } from 'node:crypto';

export interface FirstLogin {
  readonly user: string;
  readonly password: string;
}

const LENGTH = 16;
/** Nothing that looks like something else when it is read aloud. */
const ALPHABETS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '#+-=%'] as const;

/** The user that clients log in as, by the name of the image. */
export const firstLogin = (image: string): FirstLogin => ({
  user: /windows/i.test(image) ? 'Administrator' : 'root',
  password: newPassword(),
});

const pick = (alphabet: string): string => alphabet.charAt(randomInt(alphabet.length));

/** Some of each kind, as guests' own rules ask for. */
function newPassword(): string {
  const all = ALPHABETS.join('');
  const characters = [
    ...ALPHABETS.map(pick),
    ...Array.from({ length: LENGTH - ALPHABETS.length }, () => pick(all)),
  ];
  return characters
    .map((character) => ({ character, order: randomInt(2 ** 32) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ character }) => character)
    .join('');
}
