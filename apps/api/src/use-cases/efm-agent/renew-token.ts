/** Gives an appliance its next token. Nothing but its hash is kept. */
import { Injectable } from '@nestjs/common';
import { Database, generateToken, offerEfmToken, type EfmAgentRecord } from '@openvsys/persistence';

@Injectable()
export class RenewToken {
  constructor(private readonly database: Database) {}

  /** The one that it has counts until this one is used for the first time. */
  async execute({ vserverId }: EfmAgentRecord): Promise<{ readonly token: string }> {
    const token = generateToken();
    await this.database.transaction(async (session) => offerEfmToken(session, vserverId, token));
    return { token };
  }
}
