/** Wake-ups that wait for a free loop. The tenant with the fewest running loops goes first, then the longest waiting. */
import type { VsysId } from '@openvsys/vsys';
import { tenantOf } from './slot-priority.js';

export class Backlog {
  readonly #waiting = new Map<string, Set<VsysId>>();
  readonly #running = new Map<string, number>();

  add(vsysId: VsysId): void {
    const tenant = tenantOf(vsysId);
    const queue = this.#waiting.get(tenant) ?? new Set<VsysId>();
    queue.add(vsysId);
    this.#waiting.set(tenant, queue);
  }

  /** Takes the next one out and counts it as running; undefined when none waits. */
  takeNext(): VsysId | undefined {
    let best: string | undefined;
    for (const tenant of this.#waiting.keys()) {
      if (best === undefined || this.#runningOf(tenant) < this.#runningOf(best)) best = tenant;
    }
    if (best === undefined) return undefined;
    const queue = this.#waiting.get(best);
    const next = queue?.values().next().value;
    if (next === undefined) return undefined;
    queue?.delete(next);
    if (queue?.size === 0) this.#waiting.delete(best);
    this.#running.set(best, this.#runningOf(best) + 1);
    return next;
  }

  ended(vsysId: VsysId): void {
    const tenant = tenantOf(vsysId);
    const left = this.#runningOf(tenant) - 1;
    if (left > 0) this.#running.set(tenant, left);
    else this.#running.delete(tenant);
  }

  #runningOf(tenant: string): number {
    return this.#running.get(tenant) ?? 0;
  }
}
