/** Copies a system of one server and one network card until there are many: rows as an admission writes them, without one. */
import type { Client } from 'pg';

/** Servers of each copied system. */
export const SERVERS_A_SYSTEM = 100;

/** `n` numbers the copies; nine characters, as the names of systems have. */
const SYSTEM_ID = `left(v.id, 9) || lpad(n::text, 9, '0')`;

const SYSTEMS = `
INSERT INTO vsys SELECT r.* FROM vsys v, generate_series($2::integer, $3::integer) n,
  jsonb_populate_record(v, jsonb_build_object('id', ${SYSTEM_ID}, 'name', 'fill-' || n,
    'created_at', v.created_at + n * interval '1 millisecond', 'observed_generation', v.generation)) r
WHERE v.id = $1`;

const SERVERS = `
INSERT INTO vserver SELECT r.* FROM vserver s JOIN vsys v ON v.id = s.vsys_id, generate_series($2::integer, $3::integer) n,
  generate_series(1, ${SERVERS_A_SYSTEM}) k,
  jsonb_populate_record(s, jsonb_build_object('id', ${SYSTEM_ID} || '-S-' || lpad(k::text, 4, '0'),
    'vsys_id', ${SYSTEM_ID}, 'name', 'web-' || k, 'state', 'running')) r
WHERE v.id = $1`;

const CARDS = `
INSERT INTO nic SELECT r.* FROM nic c JOIN vsys v ON v.id = c.vsys_id, generate_series($2::integer, $3::integer) n,
  generate_series(1, ${SERVERS_A_SYSTEM}) k,
  jsonb_populate_record(c, jsonb_build_object('id', ${SYSTEM_ID} || '-S-' || lpad(k::text, 4, '0') || '-E-0',
    'vsys_id', ${SYSTEM_ID}, 'vserver_id', ${SYSTEM_ID} || '-S-' || lpad(k::text, 4, '0'),
    'mac', '02:6f:77:' || regexp_replace(lpad(to_hex(n * ${SERVERS_A_SYSTEM} + k), 6, '0'), '(..)(..)(..)', '\\1:\\2:\\3'),
    'ipv4', host('11.0.0.0'::inet + (n * ${SERVERS_A_SYSTEM} + k)))) r
WHERE v.id = $1`;

/** Systems number `first` to `last`; `model` is a system of one server with one card. */
export async function fillServers(client: Client, model: string, first: number, last: number): Promise<void> {
  for (const statement of [SYSTEMS, SERVERS, CARDS]) await client.query(statement, [model, first, last]);
  for (const table of ['vsys', 'vserver', 'nic']) await client.query(`VACUUM ANALYZE ${table}`);
}
