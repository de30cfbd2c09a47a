/** The page that compares this API with FGCP names only routes that exist. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentWithoutService } from './document-app.js';

const PAGE = join(import.meta.dirname, '../../../../docs/vsys-api.md');
const ROUTE = /`(GET|POST|PUT|PATCH|DELETE) (\/v1\/[^`?]*)(?:\?[^`]*)?`/g;

describe('docs/vsys-api.md', () => {
  it('names routes of the API document', async () => {
    const page = await readFile(PAGE, 'utf8');
    const named = [...page.matchAll(ROUTE)].map(([, method = '', path = '']) => `${method} ${path}`);
    expect(named.length).toBeGreaterThan(60);
    const { paths } = await documentWithoutService();
    const routes = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(named.filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('gives each operation a known state, and a route to each that there is', async () => {
    const rows = (await readFile(PAGE, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| FGCP') && !line.startsWith('| ---'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows.length).toBeGreaterThan(50);
    const wrong = rows.filter(
      ([, , route = '', state = '']) =>
        !['yes', 'by change', 'no'].includes(state) || (state !== 'no' && !route.startsWith('`')),
    );
    expect(wrong).toEqual([]);
  });
});
