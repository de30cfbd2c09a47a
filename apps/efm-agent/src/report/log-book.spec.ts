import { expect, it } from 'vitest';
import { LogBook } from './log-book.js';

it('bounds a flood and says how much was left out', () => {
  let now = 0;
  const book = new LogBook(() => now);
  for (let line = 0; line < 1_000; line += 1) book.write('kernel', `line ${line} ${'x'.repeat(1_000)}`);
  const first = book.peek();
  expect(first.logs).toHaveLength(200);
  expect(first.logs[0]?.text).toHaveLength(500);
  expect(first.logsDropped).toBe(800);
  now = 2_000;
  expect(book.peek().logs[0]?.ageMs).toBe(2_000);
  first.take();
  expect(book.peek()).toMatchObject({ logs: [], logsDropped: 0 });
});

it('keeps what came while a report was on its way, and everything when it did not arrive', () => {
  const book = new LogBook(() => 0);
  book.write('agent', 'first');
  const sent = book.peek();
  book.write('agent', 'second');
  expect(book.peek().logs).toHaveLength(2);
  sent.take();
  expect(book.peek().logs.map(({ text }) => text)).toEqual(['second']);
});
