/** A program that reloads reads the path again that it was started with: a link that moves from version to version. */
import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Loading } from './program.js';
import type { Folders } from '../store/staged-version.js';

export const configFile = ({ version, program }: Pick<Loading, 'version' | 'program'>): string =>
  join(version.folder, program.config);

/** Where the program finds its configuration in all versions. */
export const stablePath = (folders: Folders, name: string): string => join(folders.run, `${name}.conf`);

export async function pointTo(path: string, target: string): Promise<void> {
  const beside = `${path}.new`;
  await rm(beside, { force: true });
  await symlink(target, beside);
  await rename(beside, path);
}
