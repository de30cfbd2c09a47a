/** Everything that the database holds of a tenant, as one digest a table: what nobody else may change. */
import type { ApiWorld } from '../api-fixture.js';
import type { Ids } from './things-of-tenant.js';

/** Tables by name, each with a digest of the rows that name the tenant. */
export async function rowsOf({ database }: ApiWorld, ids: Ids): Promise<Readonly<Record<string, string>>> {
  const marks = [ids['organizationId'], ids['vdcId'], ids['vsysId']].map((id) => `%${id}%`);
  return database.session(async (session) => {
    const tables = await session.rows<{ name: string; owned: boolean }>(
      `SELECT t.tablename AS name, EXISTS (
         SELECT FROM information_schema.columns c
         WHERE c.table_schema = 'public' AND c.table_name = t.tablename AND c.column_name = 'organization_id') AS owned
       FROM pg_tables t WHERE t.schemaname = 'public' ORDER BY 1`,
    );
    const digests: Record<string, string> = {};
    for (const { name, owned } of tables) {
      // A refused attempt is told in the caller's own audit, which may name what was asked for.
      const [where, values] = owned
        ? ['r.organization_id = $1', [ids['organizationId']]]
        : ['r::text LIKE ANY ($1)', [marks]];
      const [row] = await session.rows<{ digest: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(r::text, '' ORDER BY r::text)), '') AS digest
         FROM "${name}" r WHERE ${where}`,
        values,
      );
      digests[name] = row?.digest ?? '';
    }
    return digests;
  });
}
