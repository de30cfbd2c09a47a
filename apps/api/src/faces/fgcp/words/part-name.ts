/** Names of callers may be anything; those of descriptors are short and lower case. The one that was given is kept as a label. */

/** As `partName` of descriptors. */
const LONGEST = 20;
/** Leaves room for a number. */
const LONGEST_STEM = 16;

/** A name that a descriptor may have and nothing of the system has, as near to the wanted one as can be. */
export function partNameFor(wanted: string, taken: ReadonlySet<string>): string {
  const plain = plainName(wanted);
  const whole = plain.slice(0, LONGEST).replace(/-+$/, '');
  if (!taken.has(whole)) return whole;
  const stem = plain.slice(0, LONGEST_STEM).replace(/-+$/, '');
  for (let number = 2; ; number += 1) {
    const name = `${stem}-${number}`;
    if (!taken.has(name)) return name;
  }
}

function plainName(wanted: string): string {
  const plain = wanted
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return /^[a-z]/.test(plain) ? plain : `x-${plain}`.replace(/-+$/, '');
}
