/** What the docs point to is there: links, and paths of the project in backticks. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PATH = /`((?:apps|libs|tools|docs|descriptors|openapi)\/[\w./{},-]*)`/g;
const LINK = /\]\((?!https?:|#)([^)#]+)/g;

async function pages(): Promise<readonly string[]> {
  const found = await readdir(join(ROOT, 'docs'), { recursive: true });
  const docs = found.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return ['README.md', 'CHANGELOG.md', 'descriptors/README.md', 'libs/xcp-sim/README.md', ...docs];
}

describe('the docs', async () => {
  it.each(await pages())('%s points to nothing that is not there', async (page) => {
    const text = await readFile(join(ROOT, page), 'utf8');
    const links = [...text.matchAll(LINK)].map(([, link = '']) => join(dirname(page), link));
    const paths = [...text.matchAll(PATH)].map(([, path = '']) => path);
    expect([...links, ...paths].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
