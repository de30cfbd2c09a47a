/**
 * Keeps what is known about dependencies between projects equal to what the sources import, so nobody edits it by
 * hand: `references` of the tsconfig files (what `tsc -b` builds first) and `nx.implicitDependencies` (what nx does).
 * `--check` changes nothing and fails when a file is out of date.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { listProjects, type Project } from '../boundaries/projects.ts';

const root = join(import.meta.dirname, '../..');
const isCheck = process.argv.includes('--check');
const projects = listProjects(root);
const stale: string[] = [];

interface Reference {
  readonly path: string;
}

/** What `tsconfig.lib.json` compiles; the rest belongs to `tsconfig.spec.json`. */
function isOfLibrary(file: string): boolean {
  return file.startsWith('src') && !file.endsWith('.spec.ts');
}

/** Packages of ours that a project's sources import: by what ships, and by its tests. */
function importsOf(project: Project): {
  readonly lib: ReadonlySet<string>;
  readonly spec: ReadonlySet<string>;
} {
  const lib = new Set<string>();
  const spec = new Set<string>();
  for (const file of globSync('{src,test}/**/*.ts', { cwd: project.folder })) {
    const path = join(project.folder, file);
    const found = ts.preProcessFile(readFileSync(path, 'utf8'), true, true).importedFiles;
    for (const { fileName } of found) {
      if (!projects.has(fileName) || fileName === project.name) continue;
      (isOfLibrary(file) ? lib : spec).add(fileName);
    }
  }
  return { lib, spec };
}

function inOrder(names: ReadonlySet<string>): string[] {
  return [...projects.keys()].filter((name) => names.has(name));
}

function asReferences(names: ReadonlySet<string>): Reference[] {
  return inOrder(names).map((name) => {
    const folder = projects.get(name)?.folder.slice(root.length + 1) ?? '';
    return { path: `../../${folder}/tsconfig.lib.json` };
  });
}

/** Rewrites a JSON file when `change` makes a difference. */
async function sync<Content>(path: string, change: (content: Content) => Content): Promise<void> {
  const content = JSON.parse(readFileSync(path, 'utf8')) as Content;
  const changed = change(content);
  if (isDeepStrictEqual(content, changed)) return;
  stale.push(path);
  if (isCheck) return;
  const options = await resolveConfig(path);
  writeFileSync(path, await format(JSON.stringify(changed, undefined, 2), { ...options, filepath: path }));
}

async function syncReferences(path: string, references: readonly Reference[]): Promise<void> {
  if (existsSync(path))
    await sync<{ references?: readonly Reference[] }>(path, (config) => ({ ...config, references }));
}

interface Manifest {
  readonly nx: { readonly tags: readonly string[]; readonly implicitDependencies?: readonly string[] };
}

for (const project of projects.values()) {
  const { lib, spec } = importsOf(project);
  await syncReferences(join(project.folder, 'tsconfig.lib.json'), asReferences(lib));
  const own = { path: './tsconfig.lib.json' };
  await syncReferences(join(project.folder, 'tsconfig.spec.json'), [own, ...asReferences(spec)]);
  await sync<Manifest>(join(project.folder, 'package.json'), (manifest) => ({
    ...manifest,
    nx: { ...manifest.nx, implicitDependencies: inOrder(lib) },
  }));
}
const all = [...projects.values()].map(({ folder }) => ({ path: `.${folder.slice(root.length)}` }));
await syncReferences(join(root, 'tsconfig.json'), all);

if (stale.length > 0) console.log(stale.join('\n'));
if (isCheck && stale.length > 0) {
  console.error('Out of date: run `npm run sync-projects`');
  process.exit(1);
}
