/** Finds the project a file belongs to and the tags of any package of the workspace. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { TAGS, type Tag } from './rules.ts';

export interface Project {
  readonly name: string;
  readonly folder: string;
  readonly tag: Tag;
  /** Root folder of the workspace it is part of. */
  readonly workspace: string;
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly nx?: { readonly tags?: readonly string[] };
}

const byFolder = new Map<string, Project | undefined>();
const byWorkspace = new Map<string, ReadonlyMap<string, Project>>();

function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
}

function findWorkspace(folder: string): string | undefined {
  if (readManifest(folder)?.workspaces) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findWorkspace(parent);
}

function asProject(folder: string, workspace: string): Project | undefined {
  const manifest = readManifest(folder);
  if (!manifest?.name || manifest.workspaces) return undefined;
  const tag = TAGS.find((known) => manifest.nx?.tags?.includes(known));
  if (!tag) throw new Error(`${folder}/package.json: nx.tags must hold one of ${TAGS.join(', ')}`);
  return { name: manifest.name, folder, tag, workspace };
}

/** The project that owns a file, or undefined for files of the root (tools, configuration). */
export function findProjectOf(file: string): Project | undefined {
  const folder = dirname(file);
  if (byFolder.has(folder)) return byFolder.get(folder);
  const workspace = findWorkspace(folder);
  const found = workspace ? climb(folder, workspace) : undefined;
  byFolder.set(folder, found);
  return found;
}

function climb(folder: string, workspace: string): Project | undefined {
  if (folder === workspace || !folder.startsWith(workspace + sep)) return undefined;
  return asProject(folder, workspace) ?? climb(dirname(folder), workspace);
}

/** All projects of a workspace by package name. */
export function listProjects(workspace: string): ReadonlyMap<string, Project> {
  const known = byWorkspace.get(workspace);
  if (known) return known;
  const found = new Map<string, Project>();
  for (const group of ['apps', 'libs']) {
    const parent = join(workspace, group);
    if (!existsSync(parent)) continue;
    for (const entry of readdirSync(parent)) {
      const project = asProject(join(parent, entry), workspace);
      if (project) found.set(project.name, project);
    }
  }
  byWorkspace.set(workspace, found);
  return found;
}
