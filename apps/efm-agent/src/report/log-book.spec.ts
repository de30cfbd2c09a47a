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

it('lets a flood of one source push out no line of another', () => {
  let now = 0;
  const book = new LogBook(() => now);
  book.write('agent', 'a change was refused');
  for (let second = 0; second < 120; second += 1) {
    now = second * 1_000;
    for (let line = 0; line < 100; line += 1) book.write('haproxy', 'GET /');
  }
  const { logs } = book.peek();
  expect(logs).toHaveLength(500);
  expect(logs[0]).toMatchObject({ source: 'agent', text: 'a change was refused' });
});

it('keeps text only', () => {
  const book = new LogBook(() => 0);
  book.write('haproxy', 'GET /\u0000\u001b[31m\tx');
  expect(book.peek().logs[0]?.text).toBe('GET / [31m x');
});
