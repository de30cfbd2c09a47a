/** Hands ports to look at to the agent of an appliance, and keeps what it found until who asked has seen it. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  finishEfmProbe,
  startEfmProbes,
  type EfmAgentRecord,
  type ProbeWish,
} from '@openvsys/persistence';

export interface ProbeOrder extends ProbeWish {
  readonly id: string;
}

@Injectable()
export class TakeProbes {
  constructor(private readonly database: Database) {}

  /** Each is handed out once. */
  async start(agent: EfmAgentRecord): Promise<ProbeOrder[]> {
    const started = await this.database.transaction(async (session) =>
      startEfmProbes(session, agent.vserverId),
    );
    return started.map(({ id, wish }) => ({ id, ...wish }));
  }

  /** `error` absent: the port answers. */
  async take(agent: EfmAgentRecord, id: string, error: string | undefined): Promise<void> {
    const result =
      error === undefined ? ({ state: 'answered' } as const) : ({ state: 'silent', error } as const);
    await this.database.transaction(async (session) => finishEfmProbe(session, agent.vserverId, id, result));
  }
}
