/** Lets an appliance get another token, or shuts it out. */
import { Injectable } from '@nestjs/common';
import { getEfmPlace, revokeEfmToken, wantNewEfmToken, type Session } from '@openvsys/persistence';
import type { VServerId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

type Change = (session: Session, id: VServerId, at: Date) => Promise<void>;

@Injectable()
export class ChangeAgentToken {
  constructor(private readonly transactor: Transactor) {}

  /** Throws `not-found`, and `conflict` for an EFM without an agent; `revoke` too. */
  async renew(call: Call, id: VServerId): Promise<void> {
    await this.change(call, id, 'efm.token.renew', wantNewEfmToken);
  }

  async revoke(call: Call, id: VServerId): Promise<void> {
    await this.change(call, id, 'efm.token.revoke', revokeEfmToken);
  }

  private async change(call: Call, id: VServerId, verb: string, change: Change): Promise<void> {
    await this.transactor.change(call, async (session, at) => {
      const { organizationId } = await getEfmPlace(session, call.scope, id);
      await change(session, id, at);
      return { answer: {}, audit: { organizationId, verb, resource: id, detail: {} } };
    });
  }
}
