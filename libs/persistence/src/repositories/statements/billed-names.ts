/** Names of what is on a bill. */
import type { StatementLine } from '@openvsys/metering';
import type { Session } from '../../session.js';

/** Of VDCs and VSYS by their ids, also of deleted ones; what is not known any more is left out. */
export async function readBilledNames(
  session: Session,
  lines: readonly StatementLine[],
): Promise<ReadonlyMap<string, string>> {
  const ids = (of: (line: StatementLine) => string | null): readonly string[] => [
    ...new Set(lines.map(of).filter((id) => id !== null)),
  ];
  const rows = await session.rows<{ id: string; name: string }>(
    `SELECT id::text AS id, name FROM vdc WHERE id = ANY($1::uuid[])
     UNION ALL SELECT id, name FROM vsys WHERE id = ANY($2::text[])`,
    [ids(({ vdcId }) => vdcId), ids(({ vsysId }) => vsysId)],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
