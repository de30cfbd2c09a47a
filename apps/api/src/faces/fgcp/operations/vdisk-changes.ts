/** Data disks made, attached, detached, renamed, destroyed. */
import { Injectable } from '@nestjs/common';
import { vdiskId, vserverId, type VsysId } from '@openvsys/vsys';
import { attachedDisk, createdDisk, deletedDisk, detachedDisk } from '../../../use-cases/parts/disk-edits.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpSystems } from '../fgcp-systems.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { labelOf } from '../words/part-views.js';
import { partNameFor } from '../words/part-name.js';
import { vdiskStatus } from '../words/vsys-words.js';

/** 10 TB, as of the protocol. */
const LARGEST_GIB = 10_240;

@Injectable()
export class VDiskChanges extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly edits: EditParts,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    CreateVDisk: { permission: 'vsys:change', run: async (given) => this.made(given) },
    DestroyVDisk: { permission: 'vsys:change', run: async (given) => this.destroyed(given) },
    AttachVDisk: { permission: 'vsys:change', run: async (given) => this.attached(given) },
    DetachVDisk: { permission: 'vsys:change', run: async (given) => this.detached(given) },
    UpdateVDiskAttribute: { permission: 'vsys:change', run: async (given) => this.renamed(given) },
  };

  private async made(given: FgcpCall): Promise<FgcpFields> {
    const label = given.request.get('vdiskName');
    const sizeGiB = sizeIn(given.request.get('size'));
    const { id } = await this.systems.get(given);
    const name = await this.freeName(given, id, label);
    const accepted = await this.edits.execute(given.call, createdDisk({ vsysId: id, name, sizeGiB }));
    const disk = accepted.added.find(({ kind }) => kind === 'vdisk');
    if (disk !== undefined && name !== label) await this.systems.label(given, id, disk.id, label);
    return { vdiskId: disk?.id ?? '' };
  }

  private async destroyed(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const disk = await this.systems.disk(given, id);
    if (disk.vserverId !== null)
      throw new FgcpError('ILLEGAL_STATE', `The disk[${disk.id}] is attached to [${disk.vserverId}].`);
    await this.edits.execute(given.call, deletedDisk(vdiskId(disk.id)));
    return NOTHING;
  }

  private async attached(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const server = await this.systems.server(given, id);
    const disk = await this.systems.disk(given, id);
    if (disk.vserverId !== null)
      throw new FgcpError('ALREADY_ATTACHED', `The disk[${disk.id}] is attached to [${disk.vserverId}].`);
    requireSettled(disk);
    await this.edits.execute(given.call, attachedDisk(vdiskId(disk.id), vserverId(server.id)));
    return NOTHING;
  }

  private async detached(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const server = await this.systems.server(given, id);
    const disk = await this.systems.disk(given, id);
    if (disk.vserverId !== server.id)
      throw new FgcpError('ALREADY_DETACHED', `The disk[${disk.id}] is not attached to [${server.id}].`);
    requireSettled(disk);
    await this.edits.execute(given.call, detachedDisk(vdiskId(disk.id)));
    return NOTHING;
  }

  private async renamed(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const disk = await this.systems.disk(given, id);
    given.request.oneOf('attributeName', ['vdiskName']);
    const label = given.request.get('attributeValue');
    await this.requireFree(given, id, label, disk.id);
    await this.systems.label(given, id, disk.id, label);
    return NOTHING;
  }

  private async freeName(given: FgcpCall, system: VsysId, label: string): Promise<string> {
    await this.requireFree(given, system, label, undefined);
    const disks = await this.systems.disks(given, system);
    return partNameFor(label, new Set(disks.map(({ name }) => name)));
  }

  private async requireFree(
    given: FgcpCall,
    system: VsysId,
    label: string,
    self: string | undefined,
  ): Promise<void> {
    const disks = await this.systems.disks(given, system);
    const labels = await this.systems.labels(given, system);
    if (disks.some((disk) => disk.id !== self && labelOf(labels, disk) === label))
      throw new FgcpError('DISK_NAME_ALREADY_EXISTS', `The disk name [${label}] already exists.`);
  }
}

function requireSettled({
  id,
  state,
  vserverId: wantedAt,
}: Parameters<typeof statusOf>[0] & { readonly id: string }): void {
  const status = statusOf({ state, vserverId: wantedAt });
  if (status !== 'NORMAL') throw new FgcpError('ILLEGAL_STATE', `The status of Disk[${id}] is [${status}].`);
}

const statusOf = ({
  state,
  vserverId: wantedAt,
}: {
  readonly state: Parameters<typeof vdiskStatus>[0];
  readonly vserverId: string | null;
}) => vdiskStatus(state, wantedAt);

/** GB with or without a point; parts of one count as one. */
function sizeIn(text: string): number {
  const size = Math.ceil(Number(text));
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text) || size < 1 || size > LARGEST_GIB) throw wrongValue('size');
  return size;
}
