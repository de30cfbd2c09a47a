/** Decides whether one import is allowed. Pure apart from looking up tags of packages. */
import { dirname, resolve, sep } from 'node:path';
import { listProjects, type Project } from './projects.ts';
import { LAYERS, PROJECT_BANS } from './rules.ts';

/** Specs, test folders and benchmarks never ship, so they may import everything by package name. */
export function isTestFile(file: string): boolean {
  return /\.spec\.tsx?$|[\\/](test|bench)[\\/]|vitest\.config\.ts$/.test(file);
}

/** Why `specifier` may not be imported from `file`, or undefined when it may. */
export function findImportFault(file: string, project: Project, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return findRelativeFault(file, project, specifier);
  if (specifier.startsWith('@openvsys/')) return findOwnFault(file, project, specifier);
  return isTestFile(file) ? undefined : findExternalFault(project, specifier);
}

function findRelativeFault(file: string, project: Project, specifier: string): string | undefined {
  const target = resolve(dirname(file), specifier);
  if (target.startsWith(project.folder + sep)) return undefined;
  return `'${specifier}' leaves ${project.name}: import other projects by package name`;
}

function findOwnFault(file: string, project: Project, specifier: string): string | undefined {
  const name = specifier.split('/').slice(0, 2).join('/');
  const target = listProjects(project.workspace).get(name);
  if (!target) return `there is no project '${name}'`;
  // Tests may look at their own project from outside, through its public face.
  if (name === project.name && isTestFile(file) && specifier === name) return undefined;
  if (name === project.name) return `import files of ${name} itself by relative path`;
  if (specifier !== name) return `'${specifier}' reaches into ${name}: import '${name}'`;
  if (isTestFile(file)) return undefined;
  if (PROJECT_BANS[project.name]?.includes(name)) return `${project.name} may not import ${name}`;
  const layer = LAYERS[project.tag];
  if (layer.alsoProjects?.includes(name) || layer.mayImport.includes(target.tag)) return undefined;
  return `${project.name} (${project.tag}) may not import ${name} (${target.tag})`;
}

function findExternalFault(project: Project, specifier: string): string | undefined {
  const layer = LAYERS[project.tag];
  if (layer.onlyExternals && !matchesAny(specifier, layer.onlyExternals)) {
    return `${project.name} (${project.tag}) may not import '${specifier}': only ${layer.onlyExternals.join(', ')}`;
  }
  if (layer.notExternals && matchesAny(specifier, layer.notExternals)) {
    return `${project.name} (${project.tag}) may not import '${specifier}': that is for adapters and apps`;
  }
  return undefined;
}

function matchesAny(specifier: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('/*')
      ? specifier.startsWith(pattern.slice(0, -1))
      : specifier === pattern || specifier.startsWith(`${pattern}/`),
  );
}
