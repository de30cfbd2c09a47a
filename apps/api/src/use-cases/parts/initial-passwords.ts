/**
 * First passwords that we make: one a server, sealed in its spec and on its config drive, and shown to the tenant once.
 *
 *   made with the server ──► sealed ──read──► shown, and gone from here
 */
import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { insertInitialPassword, takeInitialPassword, type Session } from '@openvsys/persistence';
import { DEFAULT_USER, serverNames, type NewServers, type VServerId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { SecretSealer } from '../clock.js';
import { Transactor } from '../transactor.js';
import { ReadParts } from './read-parts.js';
import type { WrittenChange } from '../vsys/design-change.js';

/** Without the ones that look alike; 20 of 54 letters and digits are 115 bits. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 20;

const newPassword = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');

/** Of servers that are about to be made. */
export interface ServerPasswords {
  /** By name of the server. */
  readonly byServer: ReadonlyMap<string, string>;
  /** In the transaction that makes the servers. */
  store(session: Session, written: WrittenChange): Promise<void>;
}

export interface ShownPassword {
  readonly user: string;
  readonly password: string;
}

@Injectable()
export class InitialPasswords {
  constructor(
    private readonly transactor: Transactor,
    private readonly sealer: SecretSealer,
    private readonly parts: ReadParts,
  ) {}

  /** A password for each of them. */
  make({ name, count, login }: Pick<NewServers, 'name' | 'count' | 'login'>): ServerPasswords {
    return this.passwordsFor(serverNames(name, count), login?.user);
  }

  /** For a server that is made anew. Throws `not-found`. */
  async remake(call: Call, id: VServerId, user: string | undefined): Promise<ServerPasswords> {
    const { name } = await this.parts.getVServer(call, id);
    return this.passwordsFor([name], user);
  }

  private passwordsFor(names: readonly string[], userName: string = DEFAULT_USER): ServerPasswords {
    const byServer = new Map(names.map((server) => [server, newPassword()]));
    return {
      byServer,
      store: async (session, { spec, organizationId, at: createdAt }) => {
        for (const { id: server, name: serverName } of spec.servers) {
          const password = byServer.get(serverName);
          if (password === undefined) continue;
          const sealed = this.sealer.seal(password, server);
          await insertInitialPassword(session, { server, organizationId, userName, sealed, createdAt });
        }
      },
    };
  }

  /** Throws `not-found`, `gone`. Not repeatable under a key: the answer would have to be kept. */
  async show(call: Call, server: VServerId): Promise<ShownPassword> {
    return this.transactor.change({ ...call, idempotency: null }, async (session, at) => {
      const { organizationId, userName, sealed } = await takeInitialPassword(session, call.scope, server, at);
      return {
        answer: { user: userName, password: this.sealer.open(sealed, server) },
        audit: { organizationId, verb: 'vserver.show-password', resource: server },
      };
    });
  }
}
