/** Snapshots. Here they are of servers with all their disks; the disk of a request says which server is meant. */
import { Injectable } from '@nestjs/common';
import { snapshotId, vserverId, type SnapshotId, type VServerId, type VsysId } from '@openvsys/vsys';
import { ChangeSnapshots } from '../../../use-cases/snapshots/change-snapshots.js';
import { ReadSnapshots } from '../../../use-cases/snapshots/read-snapshots.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems, idOf } from '../fgcp-systems.js';
import { FgcpError, noResource } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { backupTime } from '../words/dates.js';
import { timeZoneIn } from './notices.js';
import { isSystemDisk } from './vdisk-reads.js';

@Injectable()
export class Snapshots extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly read: ReadSnapshots,
    private readonly changes: ChangeSnapshots,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListSnapshot: { permission: 'vsys:read', run: async (given) => this.list(given) },
    CreateSnapshot: { permission: 'vsys:change', run: async (given) => this.taken(given) },
    RestoreSnapshot: { permission: 'vsys:change', run: async (given) => this.reverted(given) },
    DestroySnapshot: { permission: 'vsys:change', run: async (given) => this.destroyed(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const zone = timeZoneIn(given);
    const { id } = await this.systems.get(given);
    const server = await this.serverOf(given, id);
    const all = await everyPage(async (page) => this.read.list(given.call, id, page));
    return {
      snapshots: {
        snapshot: all
          .filter(({ servers }) => servers.includes(server))
          .map(({ id: snapshot, name, createdAt }) => ({
            comment: name,
            snapshotId: snapshot.slice(-4),
            snapshotTime: backupTime(createdAt, given.locale, zone),
          })),
      },
    };
  }

  private async taken(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const server = await this.serverOf(given, id);
    const name = given.request.find('comment') ?? 'snapshot';
    const wish = { name, servers: [server], withMemory: false };
    await this.changes.take(given.call, { vsysId: id, precondition: undefined, wish });
    return NOTHING;
  }

  private async reverted(given: FgcpCall): Promise<FgcpFields> {
    const { vsysId, snapshot } = await this.named(given);
    await this.changes.revert(given.call, { vsysId, precondition: undefined, snapshot, servers: [] });
    return NOTHING;
  }

  private async destroyed(given: FgcpCall): Promise<FgcpFields> {
    const { vsysId, snapshot } = await this.named(given);
    await this.changes.remove(given.call, { vsysId, precondition: undefined, snapshot });
    return NOTHING;
  }

  private async named(given: FgcpCall): Promise<{ readonly vsysId: VsysId; readonly snapshot: SnapshotId }> {
    const { id } = await this.systems.get(given);
    const number = given.request.get('snapshotId');
    const snapshot = idOf(`${id}-X-${number}`, snapshotId, 'snapshotId');
    const all = await everyPage(async (page) => this.read.list(given.call, id, page));
    if (!all.some((each) => each.id === snapshot)) throw noResource('SNAPSHOT', number);
    return { vsysId: id, snapshot };
  }

  private async serverOf(given: FgcpCall, system: VsysId): Promise<VServerId> {
    if (isSystemDisk(given)) return vserverId((await this.systems.server(given, system, 'vdiskId')).id);
    const disk = await this.systems.disk(given, system);
    if (disk.vserverId !== null) return vserverId(disk.vserverId);
    throw new FgcpError('ILLEGAL_STATE', `The disk[${disk.id}] is attached to nothing.`);
  }
}
