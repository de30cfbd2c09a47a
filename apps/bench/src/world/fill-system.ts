/** Copies the server of a system of one within that system: rows as an admission writes them, without one. */
import type { Client } from 'pg';

const SERVERS = `
INSERT INTO vserver SELECT r.* FROM vserver s, generate_series(2, $2::integer) k,
  jsonb_populate_record(s, jsonb_build_object('id', s.vsys_id || '-S-' || lpad(k::text, 4, '0'),
    'name', 'web-' || k, 'role', 'web-' || k, 'state', 'running')) r
WHERE s.vsys_id = $1`;

const CARDS = `
INSERT INTO nic SELECT r.* FROM nic c, generate_series(2, $2::integer) k,
  jsonb_populate_record(c, jsonb_build_object('id', c.vsys_id || '-S-' || lpad(k::text, 4, '0') || '-E-0',
    'vserver_id', c.vsys_id || '-S-' || lpad(k::text, 4, '0'),
    'mac', '02:6f:78:' || regexp_replace(lpad(to_hex(k), 6, '0'), '(..)(..)(..)', '\\1:\\2:\\3'),
    'ipv4', host('11.0.0.0'::inet + k))) r
WHERE c.vsys_id = $1`;

/** Until it has so many servers, with one network card each. */
export async function fillSystem(client: Client, system: string, servers: number): Promise<void> {
  for (const statement of [SERVERS, CARDS]) await client.query(statement, [system, servers]);
  for (const table of ['vserver', 'nic']) await client.query(`VACUUM ANALYZE ${table}`);
}
