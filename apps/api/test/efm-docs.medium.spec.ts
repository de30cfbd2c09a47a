/** Every block of docs/efm-api.md, in its order, against a real API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/efm-api.md'), 'utf8');
const BLOCKS = [...PAGE.matchAll(/```http\n([\s\S]*?)\n```/g)].map(([, text = '']) => text);
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const world = useApi();
const words = new Map<string, string>();

beforeAll(async () => {
  const api = world().as(world().demoToken);
  const body = { name: newName('docs'), vdcId: world().demo.vdcId, descriptor: { name: 'three-tier' } };
  const { vsysId } = (await api.post('/v1/vsys').send(body).expect(202)).body as { vsysId: string };
  const { items } = (await api.get(`/v1/efms?vsys=${vsysId}`).expect(200)).body as {
    items: { id: string; name: string }[];
  };
  words.set('vsys', vsysId);
  for (const { id, name } of items) words.set(name, id);
});

const filled = (text: string): string =>
  text.replaceAll(/\{(vsys|fw|lb|etag)\}/g, (_, word) => words.get(word) ?? '');

interface Block {
  readonly method: (typeof METHODS)[number];
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: object | undefined;
  readonly status: number;
  readonly code: string | undefined;
  readonly pointer: string | undefined;
}

function read(text: string): Block {
  const lines = text.split('\n');
  const [verb = '', path = ''] = lines[0]!.split(' ');
  const method = METHODS.find((each) => each === verb.toLowerCase());
  const [, status = '', code, pointer] = /^→ (\d+)(?: (\S+))?(?: (\S+))?$/.exec(lines.at(-1)!) ?? [];
  if (method === undefined || status === '') throw new Error(`no block of this page: ${text}`);
  const between = lines.slice(1, -1);
  const headers = between
    .filter((line) => /^[A-Z][\w-]+: /.test(line))
    .map((line) => line.split(': ', 2) as [string, string]);
  const json = between.filter((line) => line.startsWith('{')).join('\n');
  const body = json === '' ? undefined : (JSON.parse(json) as object);
  return { method, path, headers, body, status: Number(status), code, pointer };
}

describe('docs/efm-api.md', () => {
  it('has blocks', () => {
    expect(BLOCKS.length).toBeGreaterThan(20);
  });

  it.each(BLOCKS)('%s', async (text) => {
    const { method, path, headers, body, status, code, pointer } = read(text);
    const request = world().as(world().demoToken)[method](filled(path));
    for (const [name, value] of headers) void request.set(name, filled(value));
    const answer = await (body === undefined ? request : request.send(body));
    expect([answer.status, answer.status === status ? '' : answer.text]).toEqual([status, '']);
    const etag = answer.headers['etag'];
    if (etag !== undefined) words.set('etag', etag);
    if (code !== undefined) expect(answer.body).toMatchObject({ code });
    if (pointer !== undefined) expect(answer.body).toMatchObject({ violations: [{ pointer }] });
  });
});
