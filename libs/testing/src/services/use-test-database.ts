/** A PostgreSQL database of its own for each suite, copied from a template: some 30 ms whatever is in it. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import './provided-context.js';

export interface DatabaseTemplate {
  /** Suites that name the same template share what was built once in this run. */
  readonly name: string;
  /** Fills the database, for example by running migrations; must close its connections. */
  readonly build: (url: string) => Promise<void>;
}

export interface TestDatabase {
  /** Known from `beforeAll` on. */
  readonly url: string;
}

/** Registers set-up and tear-down of a fresh database for the calling suite. Empty when there is no template. */
export function useTestDatabase(template?: DatabaseTemplate): TestDatabase {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  let url: string | undefined;
  beforeAll(async () => {
    const from = template && (await ensureTemplate(template));
    await administer(`CREATE DATABASE ${name}${from === undefined ? '' : ` TEMPLATE ${from}`}`);
    url = databaseUrl(name);
  });
  // FORCE ends connections that a failed test left open.
  afterAll(async () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  return {
    get url() {
      if (url === undefined) throw new Error('the test database exists from beforeAll on');
      return url;
    },
  };
}

function databaseUrl(name: string): string {
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

async function withServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function administer(sql: string): Promise<void> {
  await withServer(async (client) => client.query(sql));
}

/** Builds the template once, whichever worker comes first; the others wait for its lock. */
async function ensureTemplate({ name, build }: DatabaseTemplate): Promise<string> {
  const template = `template_${name.replaceAll(/\W/g, '_')}`;
  await withServer(async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    const found = await client.query<{ datistemplate: boolean }>(
      'SELECT datistemplate FROM pg_database WHERE datname = $1',
      [template],
    );
    if (found.rows[0]?.datistemplate === true) return;
    // Not marked: an earlier attempt failed half-way.
    await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${template}`);
    await build(databaseUrl(template));
    await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true`);
  });
  return template;
}
