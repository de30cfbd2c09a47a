/** Registers, shows, enables and disables pools: the provider's business. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getPoolOverview,
  listPoolOverviews,
  listZones,
  PoolStore,
  setPoolEnabled,
  type Page,
  type PageRequest,
  type PoolOverviewRecord,
} from '@openvsys/persistence';
import { DomainError, poolId, type PoolId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

export interface RegisterPoolCommand {
  readonly name: string;
  readonly zoneId: string | undefined;
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly certificateFingerprint: string | null;
  readonly vlanFirst: number;
  readonly vlanLast: number;
}

@Injectable()
export class ManagePools {
  constructor(
    private readonly database: Database,
    private readonly pools: PoolStore,
    private readonly transactor: Transactor,
    private readonly time: BusinessTime,
    private readonly ids: FreshIds,
  ) {}

  async list(page: PageRequest): Promise<Page<PoolOverviewRecord>> {
    return this.database.session(async (session) => listPoolOverviews(session, page));
  }

  /** Throws `not-found`. */
  async get(id: PoolId): Promise<PoolOverviewRecord> {
    return this.database.session(async (session) => getPoolOverview(session, id));
  }

  /** Workers connect to it soon after. Throws `conflict` when the name is taken. */
  async register(call: Call, command: RegisterPoolCommand): Promise<PoolOverviewRecord> {
    command.urls.forEach(requireUrl);
    const id = poolId(this.ids.uuid());
    const zoneId = command.zoneId ?? (await this.onlyZone());
    const audit = {
      organizationId: null,
      verb: 'pool.register',
      resource: id,
      detail: { name: command.name },
    };
    return this.transactor.change(call, async (session) => {
      // Has a transaction of its own; inside of this one, so that a repeat with the same key does not register again.
      await this.pools.register({ ...command, id, zoneId, enabled: true }, this.time.now());
      return { answer: await getPoolOverview(session, id), audit };
    });
  }

  /** Throws `not-found`. */
  async setEnabled(call: Call, id: PoolId, to: 'enabled' | 'disabled'): Promise<PoolOverviewRecord> {
    return this.transactor.change(call, async (session) => {
      await setPoolEnabled(session, id, to);
      const audit = {
        organizationId: null,
        verb: `pool.${to === 'enabled' ? 'enable' : 'disable'}`,
        resource: id,
      };
      return { answer: await getPoolOverview(session, id), audit };
    });
  }

  private async onlyZone(): Promise<string> {
    const { items } = await this.database.session(async (session) => listZones(session, { limit: 2 }));
    const [zone, ...others] = items;
    if (zone !== undefined && others.length === 0) return zone.id;
    throw new DomainError('invalid-request', 'There are several zones, or none, so one has to be chosen.', {
      pointer: '/zoneId',
      remedy: 'List the zones and send zoneId.',
    });
  }
}

/** Throws `invalid-request` for anything but http and https addresses without credentials in them. */
function requireUrl(text: string, index: number): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url !== undefined && scheme && url.username === '' && url.password === '') return;
  throw new DomainError('invalid-request', `“${text.slice(0, 100)}” is not the address of a host.`, {
    pointer: `/urls/${index}`,
    remedy: 'Send an https address like https://10.0.0.11, without user and password.',
  });
}
