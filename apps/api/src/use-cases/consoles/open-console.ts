/**
 * Screens of servers. A ticket is asked for with a token and used without one, by a viewer in a browser: once, within a minute.
 *
 *   asked for ──► ticket ──used──► the worker that owns the pool relays the screen
 *                   └──a minute──► worth nothing
 */
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, insertConsoleTicket, useConsoleTicket } from '@openvsys/persistence';
import { DomainError, isProvider, writeConsoleGrant, type VServerId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { SecretSealer } from '../clock.js';
import { ReadParts } from '../parts/read-parts.js';
import { Transactor } from '../transactor.js';

const TICKET_MS = 60_000;
const TICKET_BYTES = 32;

export interface ConsoleTicket {
  readonly ticket: string;
  readonly expiresAt: Date;
}

/** Where the screen is, and what is to be said there. */
export interface ConsolePlace {
  readonly host: string;
  readonly port: number;
  readonly grant: string;
}

@Injectable()
export class OpenConsole {
  constructor(
    private readonly transactor: Transactor,
    private readonly database: Database,
    private readonly parts: ReadParts,
    private readonly sealer: SecretSealer,
  ) {}

  /** Throws `not-found`, `forbidden` for an appliance, `conflict` when the server does not run. Not repeatable under a key: the answer is a secret. */
  async issue(call: Call, server: VServerId): Promise<ConsoleTicket> {
    const { state, vsysId, name, kind } = await this.parts.getVServer(call, server);
    // What is inside an appliance is the provider's: its keys, and the token of its agent.
    if (kind !== 'server' && !isProvider(call.principal))
      throw new DomainError('forbidden', `“${name}” is the appliance of an EFM.`, {
        remedy: 'Look at its logs, counters and captures.',
      });
    if (state !== 'running' && state !== 'paused')
      throw new DomainError('conflict', `“${name}” is ${state}: it has no screen.`, {
        remedy: 'Start it.',
        details: { state },
      });
    return this.transactor.change({ ...call, idempotency: null }, async (session) => {
      // Tickets are about the caller's minute, whatever time is metered by.
      const createdAt = new Date();
      const expiresAt = new Date(createdAt.getTime() + TICKET_MS);
      const ticket = `ovc_${randomBytes(TICKET_BYTES).toString('base64url')}`;
      await insertConsoleTicket(session, { ticket, server, createdAt, expiresAt });
      return {
        answer: { ticket, expiresAt },
        audit: {
          organizationId: call.scope.organizationId,
          verb: 'vserver.console',
          resource: server,
          detail: { vsys: vsysId },
        },
      };
    });
  }

  /** Throws `not-found` for a ticket that never was, is over or was used, `unavailable` when nobody serves the pool. */
  async redeem(ticket: string): Promise<ConsolePlace> {
    const at = new Date();
    const used = await this.database.transaction(async (session) => useConsoleTicket(session, ticket, at));
    if (used === undefined) throw new DomainError('not-found', 'No such ticket.');
    const { server, address } = used;
    const parts = /^(.*):([0-9]+)$/.exec(address ?? '');
    if (parts === null) throw new DomainError('unavailable', 'No worker serves the pool of the server.');
    const [, host = '', port = ''] = parts;
    return { host, port: Number(port), grant: writeConsoleGrant(server, at, this.sealer) };
  }
}
