/** What makes the simulated server's own world: virtual time in SQL, and a template that each run starts from. */
import type { SimulatedServer } from './simulated-server.js';

/**
 * Functions that stand before PostgreSQL's own in the search path. Rows are joined and grouped in the order of keys, so
 * that what came before a run does not decide over row orders. Plans are kept: emptying the tables before a run makes
 * PostgreSQL forget all of them, so those of a run depend on the run alone.
 */
export const VIRTUAL_TIME = `
  CREATE SCHEMA simulation;
  CREATE TABLE simulation.draw (n bigint NOT NULL);
  INSERT INTO simulation.draw VALUES (0);
  SET openvsys.now = '1767225600000';
  CREATE FUNCTION simulation.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT pg_catalog.to_timestamp(current_setting('openvsys.now')::numeric / 1000) $$;
  CREATE FUNCTION simulation.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS $$ SELECT simulation.clock_timestamp() $$;
  CREATE FUNCTION simulation.gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE
    AS $$ UPDATE simulation.draw SET n = n + 1 RETURNING md5(n::text)::uuid $$;
  SET search_path = public, simulation, pg_catalog;
  SET plan_cache_mode = force_generic_plan;
  SET enable_hashagg = off;
  SET enable_hashjoin = off;
  LISTEN openvsys_vsys; LISTEN openvsys_operation; LISTEN openvsys_pool; LISTEN openvsys_pool_operation;
  LISTEN openvsys_efm;`;

interface Table {
  readonly name: string;
  readonly columns: string;
}

/** Every run starts with the rows that there were when the template was taken. */
export class Template {
  private constructor(
    private readonly server: SimulatedServer,
    private readonly resetSql: string,
  ) {}

  static async take(server: SimulatedServer): Promise<Template> {
    const tables = await listTables(server);
    await server.run('CREATE SCHEMA template');
    const filled: Table[] = [];
    for (const table of tables) {
      const [found] = await server.rows<{ found: boolean }>(
        `SELECT EXISTS (SELECT FROM public.${table.name}) AS found`,
      );
      if (found?.found !== true) continue;
      filled.push(table);
      await server.run(`CREATE TABLE template.${table.name} AS TABLE public.${table.name}`);
    }
    const sequences = await server.rows<{ name: string; last: string }>(
      `SELECT sequencename AS name, coalesce(last_value, 0)::text AS last FROM pg_sequences WHERE schemaname = 'public'`,
    );
    return new Template(server, resetSqlOf(tables, filled, sequences));
  }

  async reset(): Promise<void> {
    await this.server.run(this.resetSql);
  }
}

/** Tables with what can be inserted; parts of partitioned tables come with the whole. */
async function listTables(server: SimulatedServer): Promise<Table[]> {
  return await server.rows<Table>(`
    SELECT quote_ident(c.relname) AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'schema_migration'
    GROUP BY c.relname ORDER BY c.relname`);
}

/** Without triggers and checks of references: rows come back as they were. */
function resetSqlOf(
  tables: readonly Table[],
  filled: readonly Table[],
  sequences: readonly { readonly name: string; readonly last: string }[],
): string {
  return [
    'SET session_replication_role = replica',
    `TRUNCATE ${tables.map(({ name }) => `public.${name}`).join(', ')} RESTART IDENTITY`,
    ...filled.map(
      ({ name, columns }) =>
        `INSERT INTO public.${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM template.${name}`,
    ),
    ...sequences.map(({ name, last }) =>
      last === '0' ? `ALTER SEQUENCE public.${name} RESTART` : `SELECT setval('public.${name}', ${last})`,
    ),
    'UPDATE simulation.draw SET n = 0',
    'SET session_replication_role = DEFAULT',
  ].join(';\n');
}
