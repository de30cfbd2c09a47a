/** What the counters of an EFM stood at when somebody began to count anew. Appliances themselves never forget what they counted. */
import type { VServerId } from '@openvsys/vsys';
import type { Session } from '../session.js';

/** By program and name of the counter. */
export type CounterValues = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface CounterBase {
  readonly base: CounterValues;
  readonly since: Date;
}

/** Of an EFM that was read within the caller's scope; undefined: nobody ever did. */
export async function findCounterBase(session: Session, id: VServerId): Promise<CounterBase | undefined> {
  return session.first<CounterBase>('SELECT base, since FROM efm_counter_base WHERE vserver_id = $1', [id]);
}

/** Of an EFM that was read within the caller's scope. */
export async function putCounterBase(
  session: Session,
  id: VServerId,
  { base, since }: CounterBase,
): Promise<void> {
  await session.change(
    `INSERT INTO efm_counter_base (vserver_id, base, since) VALUES ($1, $2::jsonb, $3)
     ON CONFLICT (vserver_id) DO UPDATE SET base = excluded.base, since = excluded.since`,
    [id, JSON.stringify(base), since],
  );
}
