/**
 * Sends the hints of transactions that have committed, those of many in one statement while the one before is under way.
 *
 *   idle ──send──► sending ──more came meanwhile──► sending … ──nothing more──► idle
 */
import type { Database } from './database.js';
import type { Hint } from './session.js';

const SEND = `
SELECT pg_notify(h.channel, h.payload) FROM jsonb_to_recordset($1::jsonb) AS h(channel text, payload text)`;

export class HintSender {
  /** By channel and payload: the same hint twice says nothing more. */
  private readonly waiting = new Map<string, Hint>();
  private sending = false;

  constructor(private readonly database: Pick<Database, 'session'>) {}

  /** Returns at once; never throws. */
  send(hints: readonly Hint[]): void {
    for (const hint of hints) this.waiting.set(`${hint.channel} ${hint.payload}`, hint);
    if (!this.sending && this.waiting.size > 0) void this.sendAll();
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    while (this.waiting.size > 0) {
      const json = JSON.stringify([...this.waiting.values()]);
      this.waiting.clear();
      // A hint that cannot be sent now would come too late anyway.
      await this.database.session((session) => session.rows(SEND, [json])).catch(() => undefined);
    }
    this.sending = false;
  }
}
