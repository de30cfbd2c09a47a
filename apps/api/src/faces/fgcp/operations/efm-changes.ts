/** Load balancers made and destroyed, appliances renamed. The firewall comes and goes with its system. */
import { Injectable } from '@nestjs/common';
import { vnetId, vserverId, type VNetId } from '@openvsys/vsys';
import { EditParts } from '../../../use-cases/parts/edit-parts.js';
import { createdEfm, deletedEfm } from '../../../use-cases/parts/network-edits.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { FgcpSystems, idOf, isNotFound } from '../fgcp-systems.js';
import { wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { partNameFor } from '../words/part-name.js';
import { hindranceOf } from '../words/server-words.js';
import { requireStopped } from './vserver-changes.js';

@Injectable()
export class EfmChanges extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly parts: ReadParts,
    private readonly edits: EditParts,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    CreateEFM: { permission: 'vsys:change', run: async (given) => this.made(given) },
    DestroyEFM: { permission: 'vsys:change', run: async (given) => this.destroyed(given) },
    UpdateEFMAttribute: { permission: 'vsys:change', run: async (given) => this.renamed(given) },
  };

  private async made(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    given.request.oneOf('efmType', ['SLB']);
    const label = given.request.get('efmName');
    const net = await this.net(given, id);
    const members = await this.systems.members(given, id);
    const name = partNameFor(label, new Set(members.flatMap((each) => [each.name, each.role])));
    const accepted = await this.edits.execute(
      given.call,
      createdEfm(id, {
        name,
        kind: 'load-balancer',
        power: 'stopped',
        nics: [{ vnetId: net }],
        config: { listeners: [] },
      }),
    );
    const efm = accepted.added.find(({ kind }) => kind === 'vserver');
    if (efm !== undefined && name !== label) await this.systems.label(given, id, efm.id, label);
    return { efmId: efm?.id ?? '' };
  }

  private async net({ call, request }: FgcpCall, system: string): Promise<VNetId> {
    const id = idOf(request.get('networkId'), vnetId, 'networkId');
    const net = await this.parts.getVNet(call, id).catch((error: unknown) => {
      throw isNotFound(error) ? wrongValue('networkId') : error;
    });
    if (net.vsysId !== system) throw wrongValue('networkId');
    return id;
  }

  private async destroyed(given: FgcpCall): Promise<FgcpFields> {
    const vsys = await this.systems.get(given);
    const efm = await this.systems.efm(given, vsys.id);
    if (efm.efm === 'FW') throw wrongValue('efmId');
    requireStopped(efm, hindranceOf(vsys));
    await this.edits.execute(given.call, deletedEfm(vserverId(efm.id)));
    return NOTHING;
  }

  private async renamed(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const efm = await this.systems.efm(given, id);
    given.request.oneOf('attributeName', ['efmName']);
    await this.systems.label(given, id, efm.id, given.request.get('attributeValue'));
    return NOTHING;
  }
}
