import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DaemonLogs } from './daemon-logs.js';
import { LogBook } from './log-book.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openvsys-daemons-'));
  file = join(folder, 'haproxy.log');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const texts = (book: LogBook) => book.peek().logs.map(({ source, text }) => `${source}: ${text}`);

it('reads each whole line once, also of a file that was begun anew', async () => {
  const book = new LogBook(() => 0);
  const logs = new DaemonLogs(folder, book);
  await logs.take();
  writeFileSync(file, 'one\ntwo\nthr');
  await logs.take();
  expect(texts(book)).toEqual(['haproxy: one', 'haproxy: two']);
  appendFileSync(file, 'ee\n');
  await logs.take();
  await logs.take();
  expect(texts(book)).toEqual(['haproxy: one', 'haproxy: two', 'haproxy: three']);
  rmSync(file);
  writeFileSync(join(folder, 'other'), '');
  writeFileSync(file, 'anew\n');
  await logs.take();
  expect(texts(book).at(-1)).toBe('haproxy: anew');
});

it('passes over what the agent before has read', async () => {
  writeFileSync(file, 'old\n');
  const book = new LogBook(() => 0);
  const logs = new DaemonLogs(folder, book);
  await logs.passOver();
  appendFileSync(file, 'new\n');
  await logs.take();
  expect(texts(book)).toEqual(['haproxy: new']);
});

it('reads the newest part of a flood, counts the rest, and keeps the file short', async () => {
  const book = new LogBook(() => 0);
  const logs = new DaemonLogs(folder, book);
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} ${'x'.repeat(80)}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  await logs.take();
  const { logs: kept, logsDropped } = book.peek();
  expect(kept.length + logsDropped).toBe(20_000);
  expect(kept.length).toBeLessThanOrEqual(200);
  expect(statSync(file).size).toBe(0);
  appendFileSync(file, 'after\n');
  await logs.take();
  expect(book.peek().logsDropped).toBe(logsDropped + 1);
});
