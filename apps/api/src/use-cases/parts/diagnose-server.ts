/** Says why a server is not as wanted. Looks at rows only: no pool is asked. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getPoolCondition,
  getVsys,
  listNewestActions,
  listPartFindings,
  listPartStates,
} from '@openvsys/persistence';
import {
  diagnoseServer,
  isProvider,
  poolId,
  vsysOfPart,
  type DiagnosedPool,
  type ServerDiagnosis,
  type VServerId,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { noServer } from './power-spec.js';

@Injectable()
export class DiagnoseServer {
  constructor(private readonly database: Database) {}

  /** Throws `not-found`. */
  async execute(call: Call, id: VServerId): Promise<ServerDiagnosis> {
    return this.database.session(async (session) => {
      const vsys = await getVsys(session, call.scope, vsysOfPart(id));
      const { spec } = vsys;
      const pool = poolId(vsys.poolId);
      const server = spec.servers.find((each) => each.id === id);
      if (server === undefined || vsys.deletedAt !== null) throw noServer(id);
      const states = await listPartStates(session, vsys.id);
      const disks = spec.disks.filter((disk) => disk.server === id).map((disk) => disk.id);
      const own = [id, ...server.nics.map((nic) => nic.id), ...disks];
      return diagnoseServer({
        spec,
        server,
        parts: new Map(states.map(({ id: part, state, reason }) => [part, { state, reason }])),
        actions: await listNewestActions(session, vsys.id, own),
        parked: vsys.parked,
        purgeAt: vsys.purgeAt,
        pool: shownTo(call, await getPoolCondition(session, pool)),
        found: await listPartFindings(session, pool, id),
      });
    });
  }
}

/** What exactly is wrong with a pool, its addresses among it, is the provider's business. */
function shownTo({ principal }: Call, pool: DiagnosedPool): DiagnosedPool {
  return pool.reason === null || isProvider(principal) ? pool : { ...pool, reason: 'the provider sees why.' };
}
