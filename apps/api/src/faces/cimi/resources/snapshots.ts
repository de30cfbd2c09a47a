/** Snapshots of one machine. */
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { getMachine } from './find.js';
import { joinFace } from './joins.js';
import { snapshotImageOf } from './machine-images.js';
import { MACHINES } from './paths.js';

export function snapshotsOfMachine(context: CimiContext, machine: string): CollectionFace {
  return joinFace(context, {
    type: 'MachineSnapshot',
    target: 'MachineImage',
    attribute: 'snapshot',
    path: `${MACHINES}/${machine}/snapshots`,
    permission: 'vsys:read',
    list: async () => {
      const { vsysId } = await getMachine(context, machine);
      const snapshots = await context.all((page) =>
        context.use.readSnapshots.list(context.call, vsysId, page),
      );
      return snapshots
        .filter(({ servers }) => servers.includes(machine))
        .map((snapshot) => snapshotImageOf(context, snapshot));
    },
  });
}
