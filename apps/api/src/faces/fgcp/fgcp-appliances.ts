/** An appliance with what its configuration says, every name in it known: what reading and changing configurations begin with. */
import { Injectable } from '@nestjs/common';
import type { PublicIpRecord, VNetRecord, VServerRecord, VsysDetailRecord } from '@openvsys/persistence';
import { vserverId, type EfmDesign, type WrittenConfig } from '@openvsys/vsys';
import { ConfigureEfm } from '../../use-cases/efms/configure-efm.js';
import { ReadEfm } from '../../use-cases/efms/read-efm.js';
import { ReadParts } from '../../use-cases/parts/read-parts.js';
import type { FgcpCall } from './fgcp-operation.js';
import { everyPage, FgcpSystems, type Labels } from './fgcp-systems.js';
import { efmView, type EfmServer } from './words/efm-views.js';
import type { FgcpFields } from './protocol/write-answer.js';
import { illegalState } from './protocol/fgcp-error.js';
import { hindranceOf, serverStatus } from './words/server-words.js';

/** Whatever its kind. */
export interface ApplianceSeat {
  readonly server: EfmServer;
  readonly vsys: VsysDetailRecord;
  readonly members: readonly VServerRecord[];
  readonly nets: readonly VNetRecord[];
  readonly addresses: readonly PublicIpRecord[];
  readonly labels: Labels;
  readonly status: string;
}

export type Appliance<Kind extends EfmDesign['kind'] = EfmDesign['kind']> = ApplianceSeat & {
  readonly design: Extract<EfmDesign, { kind: Kind }>;
};

@Injectable()
export class FgcpAppliances {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly parts: ReadParts,
    private readonly configure: ConfigureEfm,
    private readonly read: ReadEfm,
  ) {}

  /** Throws VALIDATION_ERROR when the request names no appliance of that kind. */
  async get(given: FgcpCall): Promise<Appliance> {
    const vsys = await this.systems.get(given);
    const server = await this.systems.efm(given, vsys.id);
    const filter = { vsysId: vsys.id, which: 'wanted' } as const;
    return {
      server,
      vsys,
      design: await this.read.design(given.call, vserverId(server.id)),
      members: await this.systems.members(given, vsys.id),
      nets: await everyPage(async (page) => this.parts.listVNets(given.call, filter, page)),
      addresses: await everyPage(async (page) => this.parts.listPublicIps(given.call, filter, page)),
      labels: await this.systems.labels(given, vsys.id),
      status: serverStatus(server, hindranceOf(vsys)),
    };
  }

  /** The elements that every answer about an appliance has. */
  view(
    { server, labels }: Appliance,
    { contract }: FgcpCall,
    more: FgcpFields,
  ): { readonly efm: FgcpFields } {
    return { efm: { ...efmView(server, { contract, labels }), ...more } };
  }

  /**
   * Changes the configuration. `edit` gets it as it is written now, with the system locked. Appliances that do not run take
   * changes as well: they begin with them when they start.
   */
  async change(
    { call }: FgcpCall,
    { server, status }: ApplianceSeat,
    edit: (config: WrittenConfig) => WrittenConfig,
  ): Promise<void> {
    if (status === 'ERROR') throw illegalState(server.id, status);
    await this.configure.execute(call, {
      efm: vserverId(server.id),
      expected: undefined,
      edit: ({ config }) => edit(config),
    });
  }
}
