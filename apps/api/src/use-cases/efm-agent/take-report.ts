/** Keeps what an appliance tells about itself. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  isEfmTokenDue,
  storeEfmReport,
  type EfmAgentRecord,
  type EfmAgentReport,
} from '@openvsys/persistence';
import { BusinessTime } from '../clock.js';

@Injectable()
export class TakeReport {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  /** A report that comes twice or late changes nothing. `renew`: the appliance should get itself another token. */
  async execute(
    agent: EfmAgentRecord,
    report: EfmAgentReport,
  ): Promise<{ readonly token: 'keep' | 'renew' }> {
    const now = this.time.now();
    return this.database.transaction(async (session) => {
      await storeEfmReport(session, agent.vserverId, report, now);
      return { token: (await isEfmTokenDue(session, agent.vserverId, now)) ? 'renew' : 'keep' };
    });
  }
}
