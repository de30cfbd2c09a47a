/**
 * Writes down what is to be done with a pool; a worker does it. The API itself never talks to pools, so that it answers
 * at once whatever state they are in.
 */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getPoolOperation,
  getPoolOverview,
  getRemovableOrphan,
  insertPoolOperation,
  listZones,
  PoolStore,
  type PoolOperationRecord,
  type Session,
} from '@openvsys/persistence';
import { DomainError, poolId, type HostUuid, type PoolId, type PoolTask } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';
import { readFingerprints, requireUrls } from './pool-login.js';

export interface RegisterPoolCommand {
  readonly name: string;
  readonly zoneId: string | undefined;
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly certificateFingerprints: readonly string[];
  readonly ca: string | null;
  readonly vlanFirst: number;
  readonly vlanLast: number;
}

/** What is left out stays as it is. */
export interface ChangePoolCommand {
  readonly name: string | undefined;
  readonly urls: readonly string[] | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly certificateFingerprints: readonly string[] | undefined;
  readonly ca: string | null | undefined;
}

interface Asked {
  readonly poolId: PoolId;
  readonly task: PoolTask;
  /** What only one operation at a time may work on. */
  readonly subject: string | null;
  readonly password?: string;
  /** For the audit; never secrets. */
  readonly detail: object;
  /** Reasons to refuse at once; throws DomainError. */
  readonly check: (session: Session) => Promise<unknown>;
}

/** Only one change of a pool's login at a time. */
const LOGIN = 'login';

@Injectable()
export class AskPool {
  constructor(
    private readonly database: Database,
    private readonly pools: PoolStore,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  /**
   * The pool is looked at first and stored only when all is well. Throws `conflict` when the name is taken,
   * `invalid-request`.
   */
  async register(call: Call, command: RegisterPoolCommand): Promise<PoolOperationRecord> {
    requireUrls(command.urls);
    if (command.vlanLast < command.vlanFirst)
      throw new DomainError('invalid-request', 'The last VLAN comes before the first.', {
        pointer: '/vlanLast',
      });
    const { name, urls, username, password, ca, vlanFirst, vlanLast } = command;
    const login = { urls, username, ca, fingerprints: readFingerprints(command.certificateFingerprints) };
    const zoneId = await this.zoneOf(command.zoneId);
    return this.ask(call, {
      poolId: poolId(this.ids.uuid()),
      task: { kind: 'pool.register', name, zoneId, vlanFirst, vlanLast, login },
      subject: LOGIN,
      password,
      detail: { name, urls },
      check: async (session) => requireFreeName(session, name, null),
    });
  }

  /** The new login is tried first and stored only when it works. Throws `not-found`, `conflict`, `invalid-request`. */
  async change(call: Call, id: PoolId, command: ChangePoolCommand): Promise<PoolOperationRecord> {
    const known = await this.pools.get(id);
    const urls = command.urls ?? known.urls;
    requireUrls(urls);
    const pinned = [known.certificateFingerprint ?? [], known.memberFingerprints].flat();
    const login = {
      urls,
      username: command.username ?? known.username,
      ca: command.ca === undefined ? known.ca : command.ca,
      fingerprints:
        command.certificateFingerprints === undefined
          ? pinned
          : readFingerprints(command.certificateFingerprints),
    };
    const name = command.name ?? known.name;
    return this.ask(call, {
      poolId: id,
      task: { kind: 'pool.update', name, login },
      subject: LOGIN,
      ...(command.password === undefined ? {} : { password: command.password }),
      detail: { name, urls, username: login.username },
      check: async (session) => requireFreeName(session, name, id),
    });
  }

  /** Throws `not-found`. */
  async audit(call: Call, id: PoolId): Promise<PoolOperationRecord> {
    return this.askOwner(call, id, { kind: 'pool.audit' }, null);
  }

  /** Throws `not-found` for a pool or host that is not known. */
  async planMaintenance(call: Call, id: PoolId, host: HostUuid): Promise<PoolOperationRecord> {
    return this.askOwner(call, id, { kind: 'host.plan', host }, null, host);
  }

  /** Throws `not-found`, and `conflict` while something else is done with the host. */
  async maintain(call: Call, id: PoolId, host: HostUuid, concurrency: number): Promise<PoolOperationRecord> {
    return this.askOwner(call, id, { kind: 'host.maintain', host, concurrency }, host, host);
  }

  /** Throws `not-found`, and `conflict` while something else is done with the host. */
  async return(call: Call, id: PoolId, host: HostUuid): Promise<PoolOperationRecord> {
    return this.askOwner(call, id, { kind: 'host.return', host }, host, host);
  }

  /** Throws `not-found`, and `conflict` when it is not proved that it belongs to nothing. */
  async removeOrphan(call: Call, id: PoolId, uuid: string): Promise<PoolOperationRecord> {
    return this.ask(call, {
      poolId: id,
      task: { kind: 'orphan.remove', uuid },
      subject: uuid,
      detail: { uuid },
      check: async (session) => getRemovableOrphan(session, id, uuid),
    });
  }

  private async askOwner(
    call: Call,
    id: PoolId,
    task: PoolTask,
    subject: string | null,
    host?: HostUuid,
  ): Promise<PoolOperationRecord> {
    const check = async (session: Session): Promise<void> => {
      const { hosts, description } = await getPoolOverview(session, id);
      const known = [...hosts, ...(description?.members ?? [])].some(({ uuid }) => uuid === host);
      if (host !== undefined && !known)
        throw new DomainError('not-found', `The pool has no host with the uuid “${host}”.`);
    };
    return this.ask(call, { poolId: id, task, subject, detail: { ...task }, check });
  }

  private async ask(call: Call, asked: Asked): Promise<PoolOperationRecord> {
    return this.transactor.change(call, async (session, at) => {
      await asked.check(session);
      const id = this.ids.uuid();
      const { poolId: pool, task, subject, password } = asked;
      await insertPoolOperation(session, {
        id,
        poolId: pool,
        task,
        subject,
        secret: password === undefined ? null : this.pools.sealFor(id, password),
        requestId: call.requestId,
        requestedBy: call.principal.actor,
        createdAt: at,
      });
      const audit = { organizationId: null, verb: task.kind, resource: pool, detail: asked.detail };
      return { answer: await getPoolOperation(session, id), audit };
    });
  }

  private async zoneOf(asked: string | undefined): Promise<string> {
    const { items } = await this.database.session(async (session) => listZones(session, { limit: 500 }));
    const [zone, ...others] = asked === undefined ? items : items.filter(({ id }) => id === asked);
    if (zone !== undefined && others.length === 0) return zone.id;
    const message =
      asked === undefined
        ? 'There are several zones, or none, so one has to be chosen.'
        : 'There is no such zone.';
    throw new DomainError('invalid-request', message, {
      pointer: '/zoneId',
      remedy: 'List the zones and send zoneId.',
    });
  }
}

/** Said early, so that nobody waits for the look at a pool whose name is taken; the constraint decides in the end. */
async function requireFreeName(session: Session, name: string, own: PoolId | null): Promise<void> {
  const taken = await session.first('SELECT FROM pool WHERE name = $1 AND id IS DISTINCT FROM $2::uuid', [
    name,
    own,
  ]);
  if (taken === undefined) return;
  throw new DomainError('conflict', 'There is already a pool of this name.', { pointer: '/name' });
}
