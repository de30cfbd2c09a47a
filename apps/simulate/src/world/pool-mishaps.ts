/** What happens to a pool as a whole. */
import type { InProcessPool, WorldEvents } from '@openvsys/xcp-sim';
import type { PoolMishap } from '../story/story.js';

const UNREACHABLE_MS = 12_000;

export function strikePool(events: WorldEvents, { pool }: InProcessPool, what: PoolMishap): void {
  switch (what) {
    case 'toolstack-restarts':
      return events.restartToolstack();
    case 'sessions-end':
      return events.dropSessions();
    case 'coordinator-moves':
      return events.changeMaster((pool.hosts.findIndex((host) => host.isMaster) + 1) % pool.hosts.length);
    case 'unreachable':
      return events.poolUnreachable(UNREACHABLE_MS);
  }
}
