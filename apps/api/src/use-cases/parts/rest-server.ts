/**
 * Lets a running server rest with its memory kept: paused on its host, or suspended to storage. Starting it goes on where it was.
 */
import { Injectable } from '@nestjs/common';
import { listVServers } from '@openvsys/persistence';
import { DomainError, vsysOfPart, withPower, type VServerId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Accepted } from '../vsys/accepted.js';
import { ChangeSpec } from '../vsys/change-spec.js';
import { noServer } from './power-spec.js';

export type RestVerb = 'pause' | 'suspend';

const POWER_AFTER = { pause: 'paused', suspend: 'suspended' } as const;

@Injectable()
export class RestServer {
  constructor(private readonly changes: ChangeSpec) {}

  /** Throws `not-found`, and `conflict` unless the server runs and is wanted so. Appliances do not rest. */
  async execute(call: Call, id: VServerId, verb: RestVerb): Promise<Accepted> {
    return this.changes.execute(call, {
      vsysId: vsysOfPart(id),
      precondition: undefined,
      decide: async (vsys, session) => {
        const server = vsys.spec.servers.find((each) => each.id === id);
        const { items } = await listVServers(session, call.scope, { id }, { limit: 1 });
        const state = items[0]?.state;
        if (server === undefined || state === undefined || server.kind !== 'server') throw noServer(id);
        if (state !== 'running' || server.power !== 'running') throw notRunning(server.name, state);
        return {
          kind: `vserver.${verb}`,
          onFailure: 'rollback',
          spec: withPower(vsys.spec, id, POWER_AFTER[verb]),
        };
      },
    });
  }
}

function notRunning(name: string, state: string): DomainError {
  return new DomainError('conflict', `“${name}” is ${state}; only a server that runs can rest.`, {
    remedy: 'Start it, wait until it runs, and repeat.',
    details: { state },
  });
}
