/** Administrators of the pool who do not tell anybody. */
import type { InProcessPool, WorldEvents } from '@openvsys/xcp-sim';
import type { Meddling } from '../story/story.js';
import { isOurs } from '../judge/pool-rows.js';

export function meddle(
  { administrator }: WorldEvents,
  { pool }: InProcessPool,
  { how, pick }: { readonly how: Meddling; readonly pick: number },
): void {
  const servers = pool.db
    .rows('VM')
    .filter((row) => isOurs(row) && !row.bool('is_a_snapshot') && !row.bool('is_a_template'));
  const server = servers[pick % Math.max(1, servers.length)];
  if (server === undefined) return;
  switch (how) {
    case 'halts':
      return administrator.switchVm(server, 'Halted');
    case 'starts':
      if (server.text('power_state') === 'Halted') administrator.switchVm(server, 'Running');
      return;
    case 'destroys-server':
      return administrator.destroyVm(server, 'with disks');
    case 'detaches-disk': {
      const [vbd] = pool.db.follow('VBD', server.set('VBDs'));
      if (vbd !== undefined) administrator.detachDisk(vbd);
      return;
    }
    case 'renames':
      return administrator.rename(server, `renamed by hand ${pick}`);
    case 'own-server':
      return administrator.editTag(server, 'folder', `/by hand/${pick}`);
  }
}
