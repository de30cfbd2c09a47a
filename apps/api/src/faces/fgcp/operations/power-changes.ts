/** Servers and appliances started and stopped. */
import { Injectable } from '@nestjs/common';
import type { VServerRecord } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import { ChangePower } from '../../../use-cases/parts/change-power.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpSystems } from '../fgcp-systems.js';
import { FgcpError, illegalState } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import {
  hindranceOf,
  serverStatus,
  STARTABLE,
  STOPPABLE,
  type Hindrance,
  type ServerStatus,
} from '../words/server-words.js';

type Verb = 'start' | 'stop';

@Injectable()
export class PowerChanges extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly power: ChangePower,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    StartVServer: { permission: 'vsys:power', run: async (given) => this.server(given, 'start') },
    StopVServer: { permission: 'vsys:power', run: async (given) => this.server(given, 'stop') },
    StartEFM: { permission: 'vsys:power', run: async (given) => this.efm(given, 'start') },
    StopEFM: { permission: 'vsys:power', run: async (given) => this.efm(given, 'stop') },
  };

  private async server(given: FgcpCall, verb: Verb): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    return this.changed(given, verb, await this.systems.server(given, vsys.id), hindranceOf(vsys));
  }

  private async efm(given: FgcpCall, verb: Verb): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    return this.changed(given, verb, await this.systems.efm(given, vsys.id), hindranceOf(vsys));
  }

  private async changed(
    given: FgcpCall,
    verb: Verb,
    server: VServerRecord,
    hindrance: Hindrance,
  ): Promise<FgcpFields> {
    requirePossible(verb, server.id, serverStatus(server, hindrance));
    const isForced = verb === 'stop' && given.request.flag('force');
    await this.power.execute(given.call, { server: vserverId(server.id), verb: isForced ? 'cut' : verb });
    return NOTHING;
  }
}

function requirePossible(verb: Verb, id: string, status: ServerStatus): void {
  const already = verb === 'start' ? 'RUNNING' : 'STOPPED';
  if (status === already) {
    throw new FgcpError(
      verb === 'start' ? 'ALREADY_STARTED' : 'ALREADY_STOPPED',
      `The status of Instance[${id}] is [${status}].`,
    );
  }
  if (!(verb === 'start' ? STARTABLE : STOPPABLE).includes(status)) throw illegalState(id, status);
}
