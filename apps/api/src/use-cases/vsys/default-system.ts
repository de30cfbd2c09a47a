/**
 * Where parts go that are created without a word about their system: one system of the caller's default VDC, made when it is
 * needed first. The default VDC is the oldest that the caller sees.
 */
import { Injectable } from '@nestjs/common';
import { Database, listVdcs, listVsys, type Session, type VdcRecord } from '@openvsys/persistence';
import { API_VERSION, DESCRIPTOR_KIND, DomainError, requirePermission, type VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { CreateVsys } from './create-vsys.js';
import { newSystemOf } from './new-system.js';

/** By this name it is found again. */
export const DEFAULT_SYSTEM = 'default';

const DESCRIPTOR = {
  apiVersion: API_VERSION,
  kind: DESCRIPTOR_KIND,
  metadata: { name: 'default', version: '1.0.0', title: 'System of what was created without one' },
  vnets: { lan: { cidr: 'auto' } },
  vservers: {},
};

@Injectable()
export class EnsureDefaultSystem {
  constructor(
    private readonly database: Database,
    private readonly create: CreateVsys,
  ) {}

  /** The VDC of new systems of this caller. Throws `conflict` when there is none, `invalid-request` for the provider. */
  async vdc(call: Call): Promise<VdcRecord> {
    if (call.principal.organizationId === null)
      throw new DomainError('invalid-request', 'The provider has no VDC of its own.', {
        remedy: 'Use a token of the organization.',
      });
    const vdcs = await this.database.session(async (session) => listVdcs(session, call.scope));
    const [oldest] = vdcs.toSorted((left, right) => left.createdAt.getTime() - right.createdAt.getTime());
    if (oldest !== undefined) return oldest;
    throw new DomainError('conflict', 'There is no VDC to put it into.', {
      remedy: 'Create a VDC first.',
    });
  }

  /** Throws what creating a system throws; `call` is used for that and so must be one of its own. */
  async execute(call: Call): Promise<VsysId> {
    const vdc = await this.vdc(call);
    const known = await this.find(call, vdc);
    if (known !== undefined) return known;
    requirePermission(call.principal, 'vsys:create');
    const command = newSystemOf({
      name: DEFAULT_SYSTEM,
      vdcId: vdc.id,
      design: { kind: 'text', text: JSON.stringify(DESCRIPTOR) },
      parameters: {},
      onFailure: 'keep',
    });
    try {
      return (await this.create.execute(call, command)).vsysId;
    } catch (error) {
      // Somebody else made it at the same moment.
      const other = await this.find(call, vdc);
      if (other === undefined) throw error;
      return other;
    }
  }

  private async find(call: Call, { id: vdcId }: VdcRecord): Promise<VsysId | undefined> {
    const filter = { name: DEFAULT_SYSTEM, vdcId };
    const { items } = await this.database.session(async (session: Session) =>
      listVsys(session, call.scope, filter, { limit: 10 }),
    );
    return items.find(({ phase }) => phase !== 'deleting')?.id;
  }
}
