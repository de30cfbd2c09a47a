/** Back-ups of disks: numbered within their system, restored to where they were taken. */
import { Injectable } from '@nestjs/common';
import type { BackupRecord } from '@openvsys/persistence';
import { backupId, vdiskId, vserverId, type BackupId, type DiskPart, type VsysId } from '@openvsys/vsys';
import { ChangeBackups } from '../../../use-cases/backups/change-backups.js';
import { ManageCopyKeys } from '../../../use-cases/backups/manage-copy-keys.js';
import { ReadBackups } from '../../../use-cases/backups/read-backups.js';
import { RestoreBackup } from '../../../use-cases/backups/restore-backup.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems, idOf, isNotFound } from '../fgcp-systems.js';
import { FgcpError, noResource } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { contractsIn, keyInfo } from '../words/copy-keys.js';
import { backupTime } from '../words/dates.js';
import { timeZoneIn } from './notices.js';
import { isSystemDisk } from './vdisk-reads.js';

@Injectable()
export class Backups extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly read: ReadBackups,
    private readonly changes: ChangeBackups,
    private readonly restore: RestoreBackup,
    private readonly keys: ManageCopyKeys,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListVDiskBackup: { permission: 'vsys:read', run: async (given) => this.list(given) },
    BackupVDisk: { permission: 'vsys:change', run: async (given) => this.taken(given) },
    RestoreVDisk: { permission: 'vsys:change', run: async (given) => this.restored(given) },
    DestroyVDiskBackup: { permission: 'vsys:change', run: async (given) => this.destroyed(given) },
    SetVDiskBackupCopyKey: { permission: 'vsys:change', run: async (given) => this.keySet(given) },
    GetVDiskBackupCopyKey: { permission: 'vsys:change', run: async (given) => this.key(given) },
    ExternalRestoreVDisk: { permission: 'vsys:change', run: async (given) => this.restoredFromOther(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const zone = timeZoneIn(given);
    const { id } = await this.systems.get(given);
    const source = await this.diskOf(given, id);
    const all = await everyPage(async (page) => this.read.list(given.call, { vsysId: id, source }, page));
    const there = all.filter(({ state }) => state !== 'deleting' && state !== 'gone').toReversed();
    return {
      backups: {
        backup: there.map((backup) => ({
          backupId: numberOf(backup),
          backupTime: backupTime(backup.takenAt ?? backup.createdAt, given.locale, zone),
        })),
      },
    };
  }

  private async taken(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const source = await this.diskOf(given, id);
    await this.changes.take(given.call, { name: 'fgcp', source, onDeletion: 'go' });
    return NOTHING;
  }

  private async restored(given: FgcpCall): Promise<FgcpFields> {
    const backup = await this.backup(given);
    await this.restore.toDisk(given.call, { backup, running: 'refuse' });
    return NOTHING;
  }

  private async destroyed(given: FgcpCall): Promise<FgcpFields> {
    await this.changes.remove(given.call, await this.backup(given));
    return NOTHING;
  }

  private async keySet(given: FgcpCall): Promise<FgcpFields> {
    const backup = await this.backup(given);
    const contracts = contractsIn(given);
    if (contracts.length === 0) await this.keys.withdraw(given.call, backup);
    else await this.keys.set(given.call, backup, contracts);
    return NOTHING;
  }

  private async key(given: FgcpCall): Promise<FgcpFields> {
    const zone = timeZoneIn(given);
    return keyInfo(await this.keys.get(given.call, await this.backup(given)), zone);
  }

  private async restoredFromOther(given: FgcpCall): Promise<FgcpFields> {
    const { request } = given;
    const { id } = await this.systems.get(given, 'dstVsysId');
    const disk = await this.diskOf(given, id, 'dstVdiskId');
    const text = `${request.get('srcVsysId')}-B-${request.get('srcBackupId')}`;
    const backup = idOf(text, backupId, 'srcBackupId');
    await this.restore
      .toDisk(given.call, { backup, key: request.get('key'), disk, running: 'refuse' })
      .catch((error: unknown) => {
        throw isNotFound(error) ? noResource('BACKUP', request.get('srcBackupId')) : error;
      });
    return NOTHING;
  }

  /** A data disk that is settled, or the system disk of a server that rests. */
  private async diskOf(given: FgcpCall, system: VsysId, parameter = 'vdiskId'): Promise<DiskPart> {
    if (!isSystemDisk(given, parameter)) {
      const disk = await this.systems.disk(given, system, parameter);
      if (parameter === 'dstVdiskId' && disk.state === 'planned')
        throw new FgcpError('ILLEGAL_STATE_DST', `The status of Disk[${disk.id}] is [DEPLOYING].`);
      return vdiskId(disk.id);
    }
    const server = await this.systems.server(given, system, parameter);
    return vserverId(server.id);
  }

  /** By its number in the system; one that is of the contract is found in whatever system is named. */
  private async backup(given: FgcpCall): Promise<BackupId> {
    const { id } = await this.systems.get(given);
    const number = given.request.get('backupId');
    const all = await everyPage(async (page) => this.read.list(given.call, { vsysId: id }, page));
    const own = all.find((backup) => numberOf(backup) === number);
    if (own !== undefined) return own.id;
    throw noResource('BACKUP', number);
  }
}

const numberOf = ({ id }: BackupRecord): string => id.slice(-4);
