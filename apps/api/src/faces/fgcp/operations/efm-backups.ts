/** Back-ups of configurations: every version is kept anyway, so taking one is only said to be done. */
import { Injectable } from '@nestjs/common';
import { INTERNET, vserverId } from '@openvsys/vsys';
import {
  CapturePackets,
  MAX_CAPTURE_BYTES,
  MAX_CAPTURE_SECONDS,
} from '../../../use-cases/efms/capture-packets.js';
import { ConfigureEfm } from '../../../use-cases/efms/configure-efm.js';
import { ReadEfm } from '../../../use-cases/efms/read-efm.js';
import { RestoreEfm } from '../../../use-cases/efms/restore-efm.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems } from '../fgcp-systems.js';
import { FgcpError, noResource, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { backupTime } from '../words/dates.js';
import { timeZoneIn } from './notices.js';

/** What passes to and from the internet, as long and as much as can be asked for. */
const CAPTURE = {
  zone: INTERNET,
  seconds: MAX_CAPTURE_SECONDS,
  maxBytes: MAX_CAPTURE_BYTES,
  bytesPerPacket: 256,
  protocol: null,
  host: null,
  port: null,
};

@Injectable()
export class EfmBackups extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly read: ReadEfm,
    private readonly restore: RestoreEfm,
    private readonly configure: ConfigureEfm,
    private readonly captures: CapturePackets,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListEFMBackup: { permission: 'vsys:read', run: async (given) => this.list(given) },
    BackupEFM: { permission: 'vsys:change', run: async (given) => this.taken(given) },
    RestoreEFM: { permission: 'vsys:change', run: async (given) => this.restored(given) },
    DestroyEFMBackup: { permission: 'vsys:change', run: async (given) => this.destroyed(given) },
    StartEFMPacketCapture: { permission: 'vsys:change', run: async (given) => this.capture(given) },
    StopEFMPacketCapture: { permission: 'vsys:change', run: async (given) => this.captureFile(given) },
    GetEFMPacketCaptureStatus: { permission: 'vsys:read', run: async (given) => this.captureStatus(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const zone = timeZoneIn(given);
    const versions = await this.versions(given);
    return {
      backups: {
        backup: versions.map(({ version, createdAt }) => ({
          backupId: version,
          backupTime: backupTime(createdAt, given.locale, zone),
        })),
      },
    };
  }

  private async taken(given: FgcpCall): Promise<FgcpFields> {
    await this.efm(given);
    return NOTHING;
  }

  private async restored(given: FgcpCall): Promise<FgcpFields> {
    const efm = await this.efm(given);
    const version = await this.version(given);
    const edit = await this.restore.edit(given.call, efm, version);
    await this.configure.execute(given.call, { efm, expected: undefined, edit });
    return NOTHING;
  }

  /** Versions are history. */
  private async destroyed(given: FgcpCall): Promise<FgcpFields> {
    await this.version(given);
    throw new FgcpError('UNSUPPORT_ERROR', 'Versions of configurations are kept.');
  }

  /** Bounded in time and size: it ends by itself. */
  private async capture(given: FgcpCall): Promise<FgcpFields> {
    await this.captures.ask(given.call, await this.efm(given), CAPTURE);
    return NOTHING;
  }

  private async captureStatus(given: FgcpCall): Promise<FgcpFields> {
    const [newest] = await this.captures.list(given.call, await this.efm(given));
    return { status: (newest?.state ?? 'none').toUpperCase() };
  }

  /** The file comes with the answer: how the product gave it is not known. */
  private async captureFile(given: FgcpCall): Promise<FgcpFields> {
    const efm = await this.efm(given);
    const [newest] = await this.captures.list(given.call, efm);
    if (newest === undefined) throw new FgcpError('ALREADY_STOPPED', 'Nothing was captured.');
    if (newest.state !== 'done')
      throw new FgcpError('ILLEGAL_STATE', `The status of the capture is [${newest.state.toUpperCase()}].`);
    const file = await this.captures.fetch(given.call, efm, newest.id);
    return { captureFile: file.toString('base64') };
  }

  private async version(given: FgcpCall): Promise<number> {
    const text = given.request.get('backupId');
    const version = Number(text);
    if (!/^\d{1,6}$/.test(text)) throw wrongValue('backupId');
    if ((await this.versions(given)).some((each) => each.version === version)) return version;
    throw noResource('BACKUP', text);
  }

  /** Newest first. */
  private async versions(given: FgcpCall) {
    const efm = await this.efm(given);
    return everyPage(async (page) => this.read.versions(given.call, efm, page));
  }

  private async efm(given: FgcpCall) {
    const { id } = await this.systems.get(given);
    return vserverId((await this.systems.efm(given, id)).id);
  }
}
