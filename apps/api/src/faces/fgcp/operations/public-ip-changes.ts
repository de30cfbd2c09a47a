/**
 * Public addresses allocated, attached, detached, freed. An address that no rule of the firewall uses does nothing, attached or
 * not: that it is attached is noted, so that clients who attach first and map afterwards find it so.
 */
import { Injectable } from '@nestjs/common';
import type { AllocatedAddress, PublicIpRecord } from '@openvsys/persistence';
import { publicIpId, type VsysId } from '@openvsys/vsys';
import { attachedAddress } from '../../../use-cases/networks/attach-address.js';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import { createdPublicIp, deletedPublicIp } from '../../../use-cases/parts/network-edits.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { FgcpAttachments } from '../fgcp-attachments.js';
import { FgcpHome } from '../fgcp-home.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems } from '../fgcp-systems.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { partNameFor } from '../words/part-name.js';

@Injectable()
export class PublicIpChanges extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly parts: ReadParts,
    private readonly edits: EditParts,
    private readonly attachments: FgcpAttachments,
    private readonly home: FgcpHome,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    AllocatePublicIP: { permission: 'vsys:change', run: async (given) => this.made(given) },
    AttachPublicIP: { permission: 'vsys:change', run: async (given) => this.attached(given) },
    DetachPublicIP: { permission: 'vsys:change', run: async (given) => this.detached(given) },
    FreePublicIP: { permission: 'vsys:change', run: async (given) => this.freed(given) },
  };

  /** The address itself is not answered: clients find it in the list. */
  private async made(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const present = await this.addresses(given, id);
    const name = partNameFor('ip', new Set(present.map((each) => each.name)));
    await this.edits.execute(given.call, createdPublicIp(id, name));
    return NOTHING;
  }

  private async attached(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const free = await this.findFree(given);
    const address = free === undefined ? await this.named(given, id) : await this.joined(given, id, free);
    if (await this.attachments.isAttached(given, id, address))
      throw new FgcpError('ALREADY_ATTACHED', `The public address [${address.address}] is attached.`);
    await this.attachments.attach(given, id, address);
    return NOTHING;
  }

  /** What led through it ends. */
  private async detached(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const address = await this.named(given, id);
    if (!(await this.attachments.isAttached(given, id, address)))
      throw new FgcpError('ALREADY_DETACHED', `The public address [${address.address}] is not attached.`);
    await this.attachments.detach(given, id, address);
    return NOTHING;
  }

  /** One that was allocated for a data centre goes back there when a system has it, and is freed when none has. */
  private async freed(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const free = await this.findFree(given);
    if (free !== undefined) {
      await this.home.freeAddress(given, free);
      return NOTHING;
    }
    const address = await this.named(given, id);
    if (await this.attachments.isAttached(given, id, address))
      throw new FgcpError('ILLEGAL_CONDITION', `The public address [${address.address}] is attached.`);
    await this.edits.execute(given.call, deletedPublicIp(publicIpId(address.id)));
    return NOTHING;
  }

  private async named(given: FgcpCall, id: VsysId): Promise<PublicIpRecord> {
    const text = given.request.get('publicIp');
    const address = (await this.addresses(given, id)).find((each) => each.address === text);
    if (address === undefined) throw wrongValue('publicIp');
    return address;
  }

  private async findFree(given: FgcpCall): Promise<AllocatedAddress | undefined> {
    const text = given.request.get('publicIp');
    return (await this.home.freeAddresses(given)).find(({ address }) => address === text);
  }

  /** An address of the data centre becomes one of the system. */
  private async joined(given: FgcpCall, id: VsysId, free: AllocatedAddress): Promise<PublicIpRecord> {
    const present = await this.addresses(given, id);
    const name = partNameFor(free.name, new Set(present.map((each) => each.name)));
    await this.edits.execute(given.call, attachedAddress(free, id, name));
    return this.named(given, id);
  }

  private async addresses({ call }: FgcpCall, vsysId: VsysId): Promise<readonly PublicIpRecord[]> {
    return everyPage(async (page) => this.parts.listPublicIps(call, { vsysId, which: 'wanted' }, page));
  }
}
