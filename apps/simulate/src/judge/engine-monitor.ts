/**
 * Watches what workers really store and really do: nothing is done to a pool before its intent is stored, nothing is
 * done twice at once, and who has lost the pool stores nothing any more.
 */
import type { Action, ProvisioningStore } from '@openvsys/vsys';
import { actionKey } from '@openvsys/vsys';
import type { RunLog } from '../world/run-log.js';

export class EngineMonitor {
  readonly #intents = new Set<string>();
  readonly #underWay = new Map<string, string>();
  #epoch = 0;

  constructor(private readonly log: Pick<RunLog, 'violate'>) {}

  /** The store as it is, watched. */
  watch(store: ProvisioningStore): ProvisioningStore {
    return {
      findWork: async (vsys) => await store.findWork(vsys),
      listLive: async (...asked) => await store.listLive(...asked),
      listUnsettled: async (...asked) => await store.listUnsettled(...asked),
      commit: async (fence, turn) => {
        // Noted before the answer: a commit whose answer is lost may be stored all the same.
        for (const { id } of turn.intents ?? []) this.#intents.add(id);
        await store.commit(fence, turn);
        if (fence.epoch < this.#epoch)
          this.log.violate(
            `a worker of epoch ${fence.epoch} stored something after one of epoch ${this.#epoch}`,
          );
        this.#epoch = Math.max(this.#epoch, fence.epoch);
      },
    };
  }

  /** An action begins on behalf of a process; answers what to call when it ends. */
  begin(action: Action, actionId: string, process: string): () => void {
    const key = actionKey(action);
    if (!this.#intents.has(actionId)) this.log.violate(`${key} is performed without a stored intent`);
    const other = this.#underWay.get(key);
    if (other !== undefined && other !== process)
      this.log.violate(`${key} is performed by two workers at once`);
    this.#underWay.set(key, process);
    return () => this.#underWay.delete(key);
  }

  /** What a killed process had begun is nobody's any more. */
  forget(process: string): void {
    for (const [key, by] of this.#underWay) if (by === process) this.#underWay.delete(key);
  }
}
