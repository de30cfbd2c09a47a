/** Public addresses: the dotted quad is the id. */
import { Injectable } from '@nestjs/common';
import type { AllocatedAddress, PublicIpRecord } from '@openvsys/persistence';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { FgcpAttachments } from '../fgcp-attachments.js';
import { FgcpHome } from '../fgcp-home.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems } from '../fgcp-systems.js';
import { wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { addressView } from '../words/part-views.js';
import { publicIpStatus } from '../words/vsys-words.js';

@Injectable()
export class PublicIpReads extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly parts: ReadParts,
    private readonly attachments: FgcpAttachments,
    private readonly home: FgcpHome,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListPublicIP: { permission: 'vsys:read', run: async (given) => this.list(given) },
    GetPublicIPAttributes: {
      permission: 'vsys:read',
      run: async (given) => ({ publicips: { publicip: [addressView(await this.get(given))] } }),
    },
    GetPublicIPStatus: {
      permission: 'vsys:read',
      run: async (given) => this.status(given),
    },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const vsysId =
      given.request.find('vsysId') === undefined ? undefined : (await this.systems.get(given)).id;
    const filter = { vsysId, which: 'wanted' } as const;
    const all = await everyPage(async (page) => this.parts.listPublicIps(given.call, filter, page));
    const free = vsysId === undefined ? await this.home.freeAddresses(given) : [];
    return {
      publicips: {
        publicip: [...all.map((ip) => ({ ...addressView(ip), vsysId: ip.vsysId })), ...free.map(addressView)],
      },
    };
  }

  private async status(given: FgcpCall): Promise<FgcpFields> {
    const address = await this.get(given);
    if (!('state' in address)) return { publicipStatus: 'DETACHED' };
    const attached = await this.attachments.isAttached(given, address.vsysId, address);
    return { publicipStatus: publicIpStatus(address.state, attached ? 'attached' : 'detached') };
  }

  private async get(given: FgcpCall): Promise<PublicIpRecord | AllocatedAddress> {
    const { call, request } = given;
    const address = request.get('publicIp');
    const all = await everyPage(async (page) => this.parts.listPublicIps(call, {}, page));
    const found =
      all.find((ip) => ip.address === address) ??
      (await this.home.freeAddresses(given)).find((ip) => ip.address === address);
    if (found === undefined) throw wrongValue('publicIp');
    return found;
  }
}
