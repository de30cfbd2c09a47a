/**
 * Which names are locked by actions under way. Exclusive excludes everything, shared excludes exclusive only.
 */
import type { ActionLocks } from '@openvsys/vsys';

interface Holders {
  exclusive: number;
  shared: number;
}

export class LockTable {
  readonly #names = new Map<string, Holders>();

  /** Takes all locks, or none and answers false. */
  tryTake(locks: ActionLocks): boolean {
    if (!this.#isFree(locks)) return false;
    this.take(locks);
    return true;
  }

  /** Takes the locks even when others hold them: for actions of an earlier process that are under way already. */
  take(locks: ActionLocks): void {
    for (const name of locks.exclusive) this.#holders(name).exclusive += 1;
    for (const name of locks.shared) this.#holders(name).shared += 1;
  }

  give(locks: ActionLocks): void {
    for (const name of locks.exclusive) this.#drop(name, 'exclusive');
    for (const name of locks.shared) this.#drop(name, 'shared');
  }

  #isFree(locks: ActionLocks): boolean {
    return (
      locks.exclusive.every((name) => !this.#names.has(name)) &&
      locks.shared.every((name) => (this.#names.get(name)?.exclusive ?? 0) === 0)
    );
  }

  #holders(name: string): Holders {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const fresh = { exclusive: 0, shared: 0 };
    this.#names.set(name, fresh);
    return fresh;
  }

  #drop(name: string, how: keyof Holders): void {
    const holders = this.#names.get(name);
    if (holders === undefined) return;
    holders[how] -= 1;
    if (holders.exclusive === 0 && holders.shared === 0) this.#names.delete(name);
  }
}
