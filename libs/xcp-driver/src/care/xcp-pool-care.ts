/** The PoolCare port on XenAPI. */
import type {
  HostUuid,
  MaintenanceOptions,
  MaintenancePlan,
  PoolCare,
  PoolDescription,
  PoolLogin,
  SurveyedObject,
  VsysId,
} from '@openvsys/vsys';
import type { PoolAccess } from '../actions/pool-access.js';
import type { LoginOptions } from '../session/connection-options.js';
import { toDomainError, toReadError } from '../xapi-error.map.js';
import { describePool } from './describe-pool.js';
import { disableHost, enableHost, Evacuation } from './enter-maintenance.js';
import { handOver } from './hand-over.js';
import { planMaintenance } from './plan-maintenance.js';
import { removeOrphan } from './remove-orphan.js';
import { surveyPool } from './survey.js';

export class XcpPoolCare implements PoolCare {
  constructor(
    private readonly pool: PoolAccess,
    private readonly loginFor: (login: PoolLogin) => LoginOptions,
  ) {}

  async describe(signal: AbortSignal): Promise<PoolDescription> {
    const request = async (method: string, params: readonly unknown[]): Promise<unknown> =>
      this.pool.connection.request(method, params, { signal });
    return reading(describePool({ url: this.pool.connection.members.list()[0] ?? '', request }));
  }

  useLogin(login: PoolLogin): void {
    this.pool.connection.useLogin(this.loginFor(login));
  }

  async planMaintenance(host: HostUuid, signal: AbortSignal): Promise<MaintenancePlan> {
    return shown(await reading(planMaintenance(this.pool, host, signal)));
  }

  async enterMaintenance(
    host: HostUuid,
    options: MaintenanceOptions,
  ): Promise<MaintenancePlan & { readonly moved: number }> {
    return acting(async () => {
      await handOver(this.pool, host, options.signal);
      await disableHost(this.pool, host, options.signal);
      const ended = await new Evacuation(this.pool, host, options).run();
      return { ...shown(ended), moved: ended.moved };
    });
  }

  async leaveMaintenance(host: HostUuid, signal: AbortSignal): Promise<void> {
    await acting(() => enableHost(this.pool, host, signal));
  }

  survey(): readonly SurveyedObject[] {
    return surveyPool(this.pool);
  }

  async removeOrphan(
    orphan: { readonly uuid: string; readonly vsys: VsysId },
    signal: AbortSignal,
  ): Promise<void> {
    await acting(() => removeOrphan(this.pool, orphan, signal));
  }
}

/** References are the driver's own business. */
function shown({ moves, ...rest }: MaintenancePlan): MaintenancePlan {
  const bare = moves.map(({ uuid, name, server, memoryMiB, to }) => ({ uuid, name, server, memoryMiB, to }));
  return { ...rest, moves: bare };
}

async function reading<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toReadError(error);
  }
}

async function acting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toDomainError(error);
  }
}
