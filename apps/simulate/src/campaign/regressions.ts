/** Stories that went wrong once. Each is a file, so that a change of how stories are made does not lose them. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Story } from '../story/story.js';

const FOLDER = join(import.meta.dirname, '../../regressions');

export interface Regression {
  /** What went wrong. */
  readonly was: string;
  readonly story: Story;
}

export function listRegressions(): readonly (Regression & { readonly file: string })[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({ file, ...(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Regression) }));
}

/** Keeps a story and answers its file. */
export function keepRegression(regression: Regression): string {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `seed-${regression.story.seed}.json`);
  writeFileSync(file, `${JSON.stringify(regression, undefined, 2)}\n`);
  return file;
}
