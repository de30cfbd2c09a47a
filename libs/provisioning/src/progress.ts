/** How far each operation is: steps done of steps foreseen. The foreseen number grows when more turns out to be needed. */
import type { ActiveOperation, OperationId } from '@openvsys/vsys';

export interface Steps {
  readonly stepsDone: number;
  readonly stepsTotal: number;
}

export class Progress {
  readonly #steps = new Map<OperationId, { done: number; total: number }>();

  /** Takes up the operations of a fresh reading; `remaining` is what the preview foresees from now on. */
  follow(operations: readonly ActiveOperation[], remaining: number): void {
    for (const operation of operations) {
      const done = Math.max(operation.stepsDone, this.#steps.get(operation.id)?.done ?? 0);
      this.#steps.set(operation.id, { done, total: done + remaining });
    }
  }

  isFollowing(operations: readonly ActiveOperation[]): boolean {
    return operations.every((operation) => this.#steps.has(operation.id));
  }

  countStep(): void {
    for (const steps of this.#steps.values()) {
      steps.done += 1;
      steps.total = Math.max(steps.total, steps.done);
    }
  }

  of(operation: OperationId): Steps {
    const steps = this.#steps.get(operation) ?? { done: 0, total: 0 };
    return { stepsDone: steps.done, stepsTotal: steps.total };
  }

  forget(operation: OperationId): void {
    this.#steps.delete(operation);
  }
}
