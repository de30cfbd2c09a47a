import { describe, expect, it } from 'vitest';
import { SharedStatements } from './shared-statements.js';
import { statementOf, type WireMessage } from './wire-messages.js';

function message(kind: string, body: string): WireMessage {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.write(kind, 0);
  bytes.writeInt32BE(body.length + 4, 1);
  bytes.write(body, 5);
  return { kind, bytes };
}

const parse = (name: string, text: string) => message('P', `${name}\0${text}\0\0\0`);
const bind = (name: string) => message('B', `\0${name}\0\0\0\0\0\0\0`);
const PARSED = message('1', '');
const BOUND = message('2', '');

describe('statements of all connections', () => {
  it('are prepared once, and every connection runs them by its own name', async () => {
    const statements = new SharedStatements();
    const [one, two] = [statements.forConnection(), statements.forConnection()];
    const first = await statements.exchange([parse('s1', 'SELECT 1'), bind('s1')].map(one), async (sent) =>
      Promise.resolve(sent.map(({ kind }) => (kind === 'P' ? PARSED : BOUND))),
    );
    expect(first.map(({ kind }) => kind)).toEqual(['1', '2']);
    const sent: WireMessage[] = [];
    const second = await statements.exchange(
      [parse('x', 'SELECT 1'), bind('x')].map(two),
      async (request) => {
        sent.push(...request);
        return Promise.resolve([BOUND]);
      },
    );
    expect(sent.map(({ kind }) => kind)).toEqual(['B']);
    expect(second.map(({ kind }) => kind)).toEqual(['1', '2']);
    expect(sent.map(statementOf)).toEqual([statementOf(one(bind('s1')))]);
  });

  it('are prepared again when PostgreSQL did not take them', async () => {
    const statements = new SharedStatements();
    const ask = statements.forConnection();
    const kinds: string[] = [];
    for (const answer of [message('E', ''), PARSED])
      await statements.exchange([ask(parse('s1', 'SELECT 1'))], async (request) => {
        kinds.push(...request.map(({ kind }) => kind));
        return Promise.resolve([answer]);
      });
    expect(kinds).toEqual(['P', 'P']);
  });
});
