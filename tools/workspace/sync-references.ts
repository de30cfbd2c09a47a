/**
 * Keeps `references` of the tsconfig files equal to what the sources import, so nobody edits them by hand.
 * `--check` changes nothing and fails when a file is out of date.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { isTestFile } from '../boundaries/judge-import.ts';
import { listProjects, type Project } from '../boundaries/projects.ts';

const root = join(import.meta.dirname, '../..');
const projects = listProjects(root);

interface Reference {
  readonly path: string;
}

/** Packages of ours that a project's sources import, by what its specs and its other files do. */
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
      (isTestFile(path) ? spec : lib).add(fileName);
    }
  }
  return { lib, spec };
}

function asReferences(names: ReadonlySet<string>): Reference[] {
  const order = [...projects.keys()].filter((name) => names.has(name));
  return order.map((name) => {
    const folder = projects.get(name)?.folder.slice(root.length + 1) ?? '';
    return { path: `../../${folder}/tsconfig.lib.json` };
  });
}

/** Answers whether the file was out of date. */
function sync(path: string, references: readonly Reference[]): boolean {
  const config = JSON.parse(readFileSync(path, 'utf8')) as { references?: readonly Reference[] };
  if (JSON.stringify(config.references ?? []) === JSON.stringify(references)) return false;
  if (!process.argv.includes('--check')) {
    writeFileSync(path, `${JSON.stringify({ ...config, references }, undefined, 2)}\n`);
  }
  return true;
}

const stale: string[] = [];
for (const project of projects.values()) {
  const { lib, spec } = importsOf(project);
  const libConfig = join(project.folder, 'tsconfig.lib.json');
  const specConfig = join(project.folder, 'tsconfig.spec.json');
  if (!existsSync(libConfig)) continue;
  if (sync(libConfig, asReferences(lib))) stale.push(libConfig);
  if (sync(specConfig, [{ path: './tsconfig.lib.json' }, ...asReferences(spec)])) stale.push(specConfig);
}
const all = [...projects.values()].map(({ folder }) => ({ path: `.${folder.slice(root.length)}` }));
if (sync(join(root, 'tsconfig.json'), all)) stale.push(join(root, 'tsconfig.json'));

if (stale.length > 0) console.log(stale.join('\n'));
if (process.argv.includes('--check') && stale.length > 0) {
  console.error('Out of date: run `npm run sync-references`');
  process.exit(1);
}
