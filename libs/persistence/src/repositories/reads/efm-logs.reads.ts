/** Log lines and counters as appliances sent them. Lines are kept up to a number an EFM (`storeEfmReport`). */
import type { VServerId } from '@openvsys/vsys';
import type { Session } from '../../session.js';
import type { Page, PageRequest } from '../paging.js';
import { Filter, type ListKey } from './filter.js';
import { pageOf, type Keyed } from './keyset.js';

export interface EfmLogRecord {
  readonly at: Date;
  /** `agent`, `kernel` or a program. */
  readonly source: string;
  readonly text: string;
}

export interface EfmLogFilter {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly source?: string | undefined;
  /** Somewhere in the line; as it is, no pattern. */
  readonly contains?: string | undefined;
}

const KEY: ListKey = {
  name: 'efm-logs',
  columns: [{ column: 'l.id', type: 'bigint' }],
  direction: 'descending',
};

/** Newest first. The caller has seen that the EFM is the caller's. */
export async function listEfmLogs(
  session: Session,
  id: VServerId,
  filter: EfmLogFilter,
  page: PageRequest,
): Promise<Page<EfmLogRecord>> {
  const where = new Filter()
    .and('l.vserver_id = ?', id)
    .andWhen('l.at >= ?', filter.since)
    .andWhen('l.at < ?', filter.until)
    .andWhen('l.source = ?', filter.source)
    .andWhen('strpos(l.text, ?) > 0', filter.contains)
    .after(KEY, page);
  const limit = where.parameter(page.limit + 1);
  const rows = await session.rows<EfmLogRecord & Keyed>(
    `SELECT l.at, l.source, l.text, ARRAY[l.id::text] AS "pageKey" FROM efm_agent_log l
     WHERE ${where.text} ORDER BY l.id DESC LIMIT ${limit}`,
    where.parameters,
  );
  return pageOf('efm-logs', page, rows);
}
