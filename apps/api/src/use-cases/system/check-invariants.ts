/** Asks whether everything that must hold does hold. */
import { Injectable } from '@nestjs/common';
import { checkInvariants, Database, type CheckedInvariant } from '@openvsys/persistence';
import { BusinessTime } from '../clock.js';

export interface InvariantReport {
  readonly items: readonly CheckedInvariant[];
  readonly checkedAt: Date;
}

@Injectable()
export class CheckInvariants {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  async execute(): Promise<InvariantReport> {
    const items = await this.database.session(checkInvariants);
    return { items, checkedAt: this.time.now() };
  }
}
