/** The provider's library from a folder of descriptors. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError, parseDescriptor } from '@openvsys/vsys';
import { ensureDescriptorVersion } from '../repositories/descriptors.js';
import type { Session } from '../session.js';

export interface SeededDescriptor {
  readonly name: string;
  readonly version: string;
  /**
   * `stored`: the library has exactly this text · `differs`: it has another text under this version, which never
   * changes; the file needs a higher version.
   */
  readonly outcome: 'stored' | 'differs';
}

export interface DescriptorFile {
  readonly file: string;
  readonly source: string;
}

/** All `*.yaml` files of the folder, by name. */
export async function readDescriptorFiles(folder: string): Promise<readonly DescriptorFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
  return Promise.all(
    names.map(async (file) => ({ file, source: await readFile(join(folder, file), 'utf8') })),
  );
}

/** Throws `invalid-descriptor` for a file that is not one. */
export async function seedDescriptors(
  database: { transaction<R>(work: (session: Session) => Promise<R>): Promise<R> },
  files: readonly DescriptorFile[],
  at: Date,
): Promise<readonly SeededDescriptor[]> {
  const seeded: SeededDescriptor[] = [];
  for (const { source } of files) {
    const document = parseDescriptor(source);
    const { name, version } = document.metadata;
    const hash = createHash('sha256').update(source).digest('hex');
    const outcome = await database
      .transaction((session) =>
        ensureDescriptorVersion(session, { organizationId: null, name, version, document, source, hash, at }),
      )
      .then(() => 'stored' as const, whenDifferent);
    seeded.push({ name, version, outcome });
  }
  return seeded;
}

function whenDifferent(error: unknown): 'differs' {
  if (error instanceof DomainError && error.code === 'conflict') return 'differs';
  throw error;
}
