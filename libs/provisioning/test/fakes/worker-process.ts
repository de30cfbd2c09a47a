/**
 * A process that can be killed: from then on none of its calls goes out and no answer reaches it, while the pool, the
 * database and other processes live on.
 */
import type {
  Action,
  ActionContext,
  Clock,
  Fence,
  HostUuid,
  Hypervisor,
  PoolId,
  ProvisioningStore,
  Settlement,
  Turn,
  VsysId,
} from '@openvsys/vsys';
import type { FakePool } from './fake-pool.js';

export class WorkerProcess {
  #alive = true;

  constructor(readonly name: string) {}

  get isAlive(): boolean {
    return this.#alive;
  }

  kill(): void {
    this.#alive = false;
  }

  /** Makes a call on behalf of the process. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#alive) return await new Promise<T>(() => {});
    try {
      const answer = await work();
      return this.#alive ? answer : await new Promise<T>(() => {});
    } catch (error) {
      if (!this.#alive) return await new Promise<T>(() => {});
      throw error;
    }
  }
}

export function clockOf(process: WorkerProcess, clock: Clock): Clock {
  return {
    now: () => clock.now(),
    sleep: async (ms, signal) => await process.call(async () => await clock.sleep(ms, signal)),
  };
}

export function storeOf(process: WorkerProcess, store: ProvisioningStore): ProvisioningStore {
  return {
    findWork: async (vsys: VsysId) => await process.call(async () => await store.findWork(vsys)),
    commit: async (fence: Fence, turn: Turn) =>
      await process.call(async () => await store.commit(fence, turn)),
    listUnsettled: async (pool: PoolId, limit: number) =>
      await process.call(async () => await store.listUnsettled(pool, limit)),
    listLive: async (pool: PoolId, after: VsysId | null, limit: number) =>
      await process.call(async () => await store.listLive(pool, after, limit)),
  };
}

export function hypervisorOf(process: WorkerProcess, pool: FakePool): Hypervisor {
  return {
    open: async () => {},
    close: async () => {},
    observe: (vsys) => pool.world(vsys),
    perform: async (action: Action, context: ActionContext) =>
      await process.call(async () => await pool.perform(action, context)),
    settle: async (action: Action): Promise<Settlement> =>
      await process.call(async () => pool.settle(action)),
    slots: (action: Action, host: HostUuid | null) => pool.slots(action, host),
    capacity: () => pool.capacity(),
    changes: () => changesOf(pool),
    inventory: () => [],
    health: () => ({ connected: true, eventAgeMs: 0 }),
  };
}

async function* changesOf(pool: FakePool): AsyncIterable<VsysId> {
  const queue: VsysId[] = [];
  let wake: () => void = () => {};
  const unfollow = pool.follow((vsys) => {
    queue.push(vsys);
    wake();
  });
  try {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    unfollow();
  }
}
