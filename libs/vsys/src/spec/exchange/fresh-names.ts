/** Names of other formats as descriptors write them: lower case, short, each once. */

/** Of parts. */
const LONGEST = 20;

export class FreshNames {
  private readonly taken = new Set<string>();
  private readonly given = new Map<string, string>();

  /** `fallback` is for names of which nothing is left. The same foreign name gets the same one again. */
  nameOf(foreign: string, fallback: string): string {
    const known = this.given.get(foreign);
    if (known !== undefined) return known;
    const name = this.free(plain(foreign, fallback));
    this.taken.add(name);
    this.given.set(foreign, name);
    return name;
  }

  private free(name: string): string {
    if (!this.taken.has(name)) return name;
    for (let number = 2; ; number += 1) {
      const next = `${name.slice(0, LONGEST - 1 - String(number).length).replace(/-+$/, '')}-${number}`;
      if (!this.taken.has(next)) return next;
    }
  }
}

function plain(foreign: string, fallback: string): string {
  const letters = foreign
    .toLowerCase()
    .slice(0, 200)
    .replaceAll(/[^a-z0-9]+/g, '-');
  const name = letters
    .replace(/^[^a-z]+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
  return name === '' ? fallback : name;
}
