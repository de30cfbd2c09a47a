/**
 * Tells waiters and live streams that operations moved on, and workers that there are events: after the commit and in
 * bundles.
 *
 * A NOTIFY inside the committing transaction would be simpler, but PostgreSQL lets only one such transaction of the
 * whole database commit at a time (the lock of its notification queue is held over the write to disk), which cost a
 * third of all commits under load. What is lost in a crash is only a hint: whoever waits also looks from time to time.
 *
 *   idle ──tell──► sending ──more was told meanwhile──► sending … ──nothing more──► idle
 */
import type { OperationId, VsysId } from '@openvsys/vsys';
import type { Database } from '../../database.js';

const TELL = `
SELECT pg_notify('openvsys_operation', o.id::text) FROM operation o
WHERE (o.vsys_id = ANY($1::text[]) AND o.state IN ('queued', 'running', 'rolling-back')) OR o.id = ANY($2::uuid[])
UNION ALL SELECT pg_notify('openvsys_event', 'new')`;

export class OperationNotifier {
  private readonly systems = new Set<VsysId>();
  private readonly operations = new Set<OperationId>();
  private sending = false;

  constructor(private readonly database: Pick<Database, 'session'>) {}

  /** All operations of the VSYS that have not ended, and these. Returns at once; never throws. */
  tell(vsys: VsysId, operations: readonly OperationId[]): void {
    this.systems.add(vsys);
    for (const operation of operations) this.operations.add(operation);
    if (!this.sending) void this.send();
  }

  private async send(): Promise<void> {
    this.sending = true;
    while (this.systems.size > 0) {
      const parameters = [[...this.systems], [...this.operations]];
      this.systems.clear();
      this.operations.clear();
      // A hint that cannot be sent now would come too late anyway.
      await this.database.session((session) => session.rows(TELL, parameters)).catch(() => undefined);
    }
    this.sending = false;
  }
}
