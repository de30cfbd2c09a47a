/** Things handed out one after the other; taking more than there are is a defect of the caller, who asked `needs` before. */
import { DomainError } from '../../errors.js';

/** Ids have four digits. */
const LAST_NUMBER = 9999;

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

/** Numbers of parts, counted on from the last used one. */
export class Counter {
  constructor(
    private used: number,
    private readonly what: string,
  ) {}

  get last(): number {
    return this.used;
  }

  /** Throws `address-exhausted` after 9999: numbers are never used again within a VSYS. */
  take(): number {
    if (this.used >= LAST_NUMBER) {
      throw new DomainError(
        'address-exhausted',
        `The VSYS has used up its ${LAST_NUMBER} numbers for ${this.what}.`,
        {
          remedy: 'Make a new VSYS from the same descriptor.',
        },
      );
    }
    this.used += 1;
    return this.used;
  }
}
