/** Time and fresh ids as use cases see them; classes, so that they can be injected. */
import type { IdSource } from '@openvsys/vsys';

/** The time that is written into rows and that usage is measured by. */
export abstract class BusinessTime {
  abstract now(): Date;
}

export abstract class FreshIds implements IdSource {
  abstract uuid(): string;
  abstract systemName(): string;
}
