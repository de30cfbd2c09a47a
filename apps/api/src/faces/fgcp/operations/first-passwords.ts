/** The password that a server was made with. */
import { Injectable } from '@nestjs/common';
import { vserverId } from '@openvsys/vsys';
import { ReadFirstLogin } from '../../../use-cases/parts/read-first-login.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpSystems } from '../fgcp-systems.js';
import type { FgcpFields } from '../protocol/write-answer.js';

@Injectable()
export class FirstPasswords extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly logins: ReadFirstLogin,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    GetVServerInitialPassword: { permission: 'vsys:power', run: async (given) => this.password(given) },
  };

  /** Empty for a server that came another way, without one. */
  private async password(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const server = await this.systems.server(given, id);
    const login = await this.logins.find(given.call, vserverId(server.id));
    return { initialPassword: login?.password ?? '' };
  }
}
