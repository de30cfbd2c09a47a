/** The data centres of a contract. The protocol has no word for them: new things go into the oldest that the caller sees. */
import { Injectable } from '@nestjs/common';
import type { AllocatedAddress } from '@openvsys/persistence';
import type { VdcId } from '@openvsys/vsys';
import { ManagePublicAddresses } from '../../use-cases/networks/manage-public-addresses.js';
import { ManageVdcs } from '../../use-cases/tenancy/manage-vdcs.js';
import type { FgcpCall } from './fgcp-operation.js';
import { FgcpError } from './protocol/fgcp-error.js';

@Injectable()
export class FgcpHome {
  constructor(
    private readonly vdcs: ManageVdcs,
    private readonly addresses: ManagePublicAddresses,
  ) {}

  /** Throws ERROR when there is none. */
  async oldest({ call }: FgcpCall): Promise<VdcId> {
    const vdcs = await this.vdcs.list(call);
    const [oldest] = vdcs.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    if (oldest === undefined) throw new FgcpError('ERROR', 'The contract has no virtual data centre.');
    return oldest.id;
  }

  /** Public addresses of the contract's data centres that no system uses. */
  async freeAddresses({ call }: FgcpCall): Promise<readonly AllocatedAddress[]> {
    return this.addresses.listFree(call);
  }

  /** Throws ILLEGAL_STATE when a system took it meanwhile. */
  async freeAddress({ call }: FgcpCall, { id }: AllocatedAddress): Promise<void> {
    await this.addresses.free(call, id);
  }
}
