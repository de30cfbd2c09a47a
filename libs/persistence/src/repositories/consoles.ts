/** Tickets for screens of servers: given out once, good for one use. And the relays of workers. */
import { vsysOfPart, type VServerId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { hashToken } from './tokens.js';

export interface NewConsoleTicket {
  readonly ticket: string;
  readonly server: VServerId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Of a server that was read with the caller's scope. Those that are over go on the way. */
export async function insertConsoleTicket(session: Session, row: NewConsoleTicket): Promise<void> {
  await session.change('DELETE FROM console_ticket WHERE expires_at < $1', [row.createdAt]);
  await session.change(
    `INSERT INTO console_ticket (hash, vserver_id, vsys_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
    [hashToken(row.ticket), row.server, vsysOfPart(row.server), row.createdAt, row.expiresAt],
  );
}

export interface OpenedTicket {
  readonly server: VServerId;
  /** Of the worker that owns the server's pool now; null: there is none. */
  readonly address: string | null;
}

/** Undefined for a ticket that never was, is over or was used. */
export async function useConsoleTicket(
  session: Session,
  ticket: string,
  at: Date,
): Promise<OpenedTicket | undefined> {
  return session.first<OpenedTicket>(
    `WITH used AS (
       UPDATE console_ticket SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2
       RETURNING vserver_id, vsys_id)
     SELECT u.vserver_id AS server, r.address FROM used u
       JOIN vsys v ON v.id = u.vsys_id AND v.deleted_at IS NULL
       LEFT JOIN pool p ON p.id = v.pool_id AND p.lease_until > clock_timestamp()
       LEFT JOIN console_relay r ON r.worker_id = p.lease_owner`,
    [hashToken(ticket), at],
  );
}

export async function announceConsoleRelay(
  session: Session,
  workerId: string,
  address: string,
  since: Date,
): Promise<void> {
  await session.change(
    `INSERT INTO console_relay (worker_id, address, since) VALUES ($1, $2, $3)
     ON CONFLICT (worker_id) DO UPDATE SET address = excluded.address, since = excluded.since`,
    [workerId, address, since],
  );
}

export async function withdrawConsoleRelay(session: Session, workerId: string): Promise<void> {
  await session.change('DELETE FROM console_relay WHERE worker_id = $1', [workerId]);
}
