/** What is installed is what was chosen: by digest, under licences that allow it, and running nothing while it is installed. No network. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = read<{ packages: Readonly<Record<string, Locked>> }>('package-lock.json');
const manifest = read<{ allowScripts: Readonly<Record<string, boolean>> }>('package.json');
const packages = Object.entries(lock.packages)
  .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
  .map(([path, facts]) => ({ path, name: path.slice(path.lastIndexOf('node_modules/') + 13), ...facts }));

/** They ask for their notice and nothing else of whoever passes the product on. */
const ALLOWED = [
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
];
/** Only used while building and testing, never passed on. */
const ALLOWED_FOR_TOOLS = [...ALLOWED, 'MPL-2.0', 'PSF-2.0'];

/** From the package itself where the lock file has none: old manifests list licences as objects. */
function licenceOf({ path, license }: (typeof packages)[number]): string {
  if (license !== undefined) return license;
  const file = join(path, 'package.json');
  if (!existsSync(join(root, file))) return 'unknown';
  const { licenses = [] } = read<{ licenses?: readonly { type: string }[] }>(file);
  return licenses.map(({ type }) => type).join(' OR ') || 'unknown';
}

/** `(A OR B)` leaves the choice to us; `A AND B` asks for both. */
const isAllowed = (licence: string, allowed: readonly string[]): boolean =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((option) => option.split(' AND ').every((each) => allowed.includes(each)));

describe('dependencies', () => {
  it('are locked by digest and come from the registry alone', () => {
    const loose = packages.filter(
      ({ integrity, resolved }) =>
        integrity?.startsWith('sha512-') !== true ||
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
    );
    expect(loose.map(({ path }) => path)).toEqual([]);
    expect(packages.length).toBeGreaterThan(500);
  });

  it('have licences under which the product may be passed on', () => {
    const refused = packages.filter(
      (each) => !isAllowed(licenceOf(each), each.dev === true ? ALLOWED_FOR_TOOLS : ALLOWED),
    );
    expect(refused.map((each) => `${each.path}: ${licenceOf(each)}`)).toEqual([]);
  });

  it('run scripts while they are installed only where that was decided', () => {
    const decided = new Set(Object.keys(manifest.allowScripts));
    // Builds of PostgreSQL for other machines are never installed on this one.
    const undecided = packages.filter(
      ({ name, hasInstallScript }) =>
        hasInstallScript === true && !decided.has(name) && existsSync(join(root, 'node_modules', name)),
    );
    expect(undecided.map(({ path }) => path)).toEqual([]);
  });

  it('would be refused with another licence', () => {
    expect(isAllowed('(BSD-3-Clause OR GPL-2.0)', ALLOWED)).toBe(true);
    for (const licence of ['GPL-3.0', 'MIT AND GPL-2.0', 'UNLICENSED', 'unknown', 'SSPL-1.0'])
      expect([licence, isAllowed(licence, ALLOWED_FOR_TOOLS)]).toEqual([licence, false]);
  });
});
