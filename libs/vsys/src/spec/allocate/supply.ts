/** Things handed out one after the other; taking more than there are is a defect of the caller, who asked `needs` before. */
import { DomainError } from '../../errors.js';

export class Supply<T> {
  private index = 0;

  constructor(
    private readonly items: readonly T[],
    private readonly what: string,
  ) {}

  /** Throws `address-exhausted` when nothing is left. */
  take(): T {
    const item = this.items[this.index];
    if (item === undefined) {
      throw new DomainError('address-exhausted', `Too few ${this.what} were reserved for this change.`, {
        remedy: 'Repeat the request.',
        retry: 'same',
      });
    }
    this.index += 1;
    return item;
  }
}
