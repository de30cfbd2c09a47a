/**
 * A Redis server on Debian and Ubuntu without root and without installing anything: the package redis-tools holds
 * the server program too (`redis-check-rdb` is the same binary and becomes the server by its name), and apt can
 * fetch and unpack it into a folder of ours.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { commandWorks, runCommand } from '../process/run-command.js';

/** redis-tools and the shared libraries it needs that a minimal system does not have. */
const PACKAGES = ['redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];

export interface UnpackedRedis {
  readonly command: string;
  readonly libraryPath: string;
}

/** Answers undefined on systems without apt; rejects when apt is there but fails. */
export async function unpackDebianRedis(cacheDir: string): Promise<UnpackedRedis | undefined> {
  const folder = join(cacheDir, 'redis-debian');
  if (!existsSync(join(folder, 'redis-server'))) {
    const hasApt =
      (await commandWorks('apt-get', ['--version'])) && (await commandWorks('dpkg', ['--version']));
    if (!hasApt) return undefined;
    await unpackInto(folder);
  }
  return { command: join(folder, 'redis-server'), libraryPath: await findLibraryPath(folder) };
}

/** Works on a draft folder, renamed at the end: a killed download leaves nothing that looks complete. */
async function unpackInto(folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, 'lists/partial'), { recursive: true });
  await mkdir(join(draft, 'cache/archives/partial'), { recursive: true });
  try {
    await downloadPackages(draft);
    for (const file of await readdir(draft)) {
      if (file.endsWith('.deb')) await runCommand('dpkg', ['-x', join(draft, file), draft]);
    }
    await symlink('usr/bin/redis-check-rdb', join(draft, 'redis-server'));
    await rm(join(draft, 'lists'), { recursive: true });
    await rm(join(draft, 'cache'), { recursive: true });
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function downloadPackages(draft: string): Promise<void> {
  const options = [
    `Dir::State::lists=${join(draft, 'lists')}`,
    `Dir::Cache=${join(draft, 'cache')}`,
    'Debug::NoLocking=1',
    // Without this apt switches to the user _apt when run as root, who may not write here.
    'APT::Sandbox::User=',
  ].flatMap((option) => ['-o', option]);
  await runCommand('apt-get', [...options, 'update'], { cwd: draft });
  await runCommand('apt-get', [...options, 'download', ...PACKAGES], { cwd: draft });
}

async function findLibraryPath(folder: string): Promise<string> {
  const parent = join(folder, 'usr/lib');
  const multiarch = (await readdir(parent)).find((name) => name.endsWith('-linux-gnu'));
  return multiarch === undefined ? parent : join(parent, multiarch);
}
