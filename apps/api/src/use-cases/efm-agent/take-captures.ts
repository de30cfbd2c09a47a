/** Hands wishes for packets to the agent of an appliance, and keeps what it sends until it is fetched. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  finishEfmCapture,
  startEfmCaptures,
  type CaptureWish,
  type EfmAgentRecord,
} from '@openvsys/persistence';

export interface CaptureOrder extends Omit<CaptureWish, 'zone'> {
  readonly id: string;
}

@Injectable()
export class TakeCaptures {
  constructor(private readonly database: Database) {}

  /** Each is handed out once. */
  async start(agent: EfmAgentRecord): Promise<CaptureOrder[]> {
    const started = await this.database.transaction(async (session) =>
      startEfmCaptures(session, agent.vserverId),
    );
    return started.map(({ id, wish: { zone: _zone, ...wish } }) => ({ id, ...wish }));
  }

  /** One that nobody waits for any more is thrown away. */
  async take(
    agent: EfmAgentRecord,
    id: string,
    result: { readonly content: Buffer } | { readonly error: string },
  ): Promise<void> {
    await this.database.transaction(async (session) =>
      finishEfmCapture(session, agent.vserverId, id, result),
    );
  }
}
