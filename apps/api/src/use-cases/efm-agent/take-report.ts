/** Keeps what an appliance tells about itself. */
import { Injectable } from '@nestjs/common';
import { Database, storeEfmReport, type EfmAgentRecord, type EfmAgentReport } from '@openvsys/persistence';
import { BusinessTime } from '../clock.js';

@Injectable()
export class TakeReport {
  constructor(
    private readonly database: Database,
    private readonly time: BusinessTime,
  ) {}

  /** A report that comes twice or late changes nothing. */
  async execute(agent: EfmAgentRecord, report: EfmAgentReport): Promise<void> {
    await this.database.transaction(async (session) =>
      storeEfmReport(session, agent.vserverId, report, this.time.now()),
    );
  }
}
