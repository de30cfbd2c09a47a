/** Systems: listed, and shown with all their parts. */
import { Injectable } from '@nestjs/common';
import type { VsysDetailRecord, VsysOrigin, VsysRecord } from '@openvsys/persistence';
import type { PartState } from '@openvsys/vsys';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { ReadOutline } from '../../../use-cases/vsys/read-outline.js';
import { ReadVsys } from '../../../use-cases/vsys/read-vsys.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems } from '../fgcp-systems.js';
import { unlessEmpty, type FgcpFields } from '../protocol/write-answer.js';
import { addressView, diskView, nicViews, serverView } from '../words/part-views.js';
import { vsysStatus, type VsysStatus } from '../words/vsys-words.js';
import { cloudCategoryOf } from '../words/cloud-category.js';

@Injectable()
export class VsysReads extends FgcpNoun {
  constructor(
    private readonly read: ReadVsys,
    private readonly outline: ReadOutline,
    private readonly parts: ReadParts,
    private readonly systems: FgcpSystems,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListVSYS: { permission: 'vsys:read', run: async (given) => this.list(given) },
    GetVSYSStatus: { permission: 'vsys:read', run: async (given) => this.status(given) },
    GetVSYSAttributes: { permission: 'vsys:read', run: async (given) => this.attributes(given) },
    GetVSYSConfiguration: { permission: 'vsys:read', run: async (given) => this.configuration(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const all = await everyPage(async (page) => this.read.list(given.call, {}, page));
    const origins = await this.outline.origins(given.call);
    return {
      vsyss: unlessEmpty(
        'vsys',
        all.map((vsys) => outlineView(vsys, given, origins.get(vsys.id))),
      ),
    };
  }

  private async status(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    return { vsysStatus: await this.statusOf(given, vsys) };
  }

  private async attributes(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    return { vsys: outlineView(vsys, given, originOf(vsys)) };
  }

  private async configuration(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    const { id } = vsys;
    const filter = { vsysId: id, which: 'wanted' } as const;
    const owner = { contract: given.contract, labels: await this.systems.labels(given, id) };
    const disks = await this.systems.disks(given, id);
    const members = await this.systems.members(given, id);
    const nets = await everyPage(async (page) => this.parts.listVNets(given.call, filter, page));
    const addresses = await everyPage(async (page) => this.parts.listPublicIps(given.call, filter, page));
    const disksOf = Map.groupBy(disks, ({ vserverId }) => vserverId);
    return {
      vsys: {
        ...outlineView(vsys, given, originOf(vsys)),
        cloudCategory: cloudCategoryOf(vsys.descriptorDocument),
        publicips: unlessEmpty('publicip', addresses.map(addressView)),
        vdisks: unlessEmpty(
          'vdisk',
          disks.map((disk) => diskView(disk, owner)),
        ),
        vnets: { vnet: nets.map(({ id: networkId }) => ({ networkId })) },
        vservers: {
          vserver: members.map((server) => ({
            ...serverView(server, disksOf.get(server.id) ?? [], owner),
            vnics: { vnic: nicViews(server) },
          })),
        },
      },
    };
  }

  private async statusOf({ call }: FgcpCall, { id, phase, spec }: VsysDetailRecord): Promise<VsysStatus> {
    const filter = { vsysId: id };
    const parts = [
      ...(await everyPage(async (page) => this.parts.listVServers(call, filter, page))),
      ...(await everyPage(async (page) => this.parts.listVDisks(call, filter, page))),
      ...(await everyPage(async (page) => this.parts.listVNets(call, filter, page))),
    ];
    const ids = new Set<string>([...spec.servers, ...spec.disks, ...spec.nets].map((part) => part.id));
    const wanted: PartState[] = parts.filter((part) => ids.has(part.id)).map(({ state }) => state);
    return vsysStatus({ phase, wanted, leaving: parts.length - wanted.length });
  }
}

/** The description that clients saw was always the template's. */
function outlineView(
  { id, name, descriptor }: VsysRecord,
  { contract }: FgcpCall,
  origin: Pick<VsysOrigin, 'name' | 'description'> | undefined,
): FgcpFields {
  const base = origin?.name ?? descriptor?.name ?? '';
  return {
    baseDescriptor: base,
    creator: contract,
    description: origin?.description ?? base,
    vsysId: id,
    vsysName: name,
  };
}

function originOf({ descriptorDocument }: VsysDetailRecord): Pick<VsysOrigin, 'name' | 'description'> {
  const metadata: unknown = descriptorDocument?.['metadata'];
  return { name: textOf(metadata, 'name'), description: textOf(metadata, 'description') };
}

function textOf(value: unknown, field: string): string | null {
  const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, field) : null;
  return typeof text === 'string' ? text : null;
}
