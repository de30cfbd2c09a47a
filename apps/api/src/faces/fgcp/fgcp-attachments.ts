/** Which public addresses of a system count as attached: those that an appliance answers for, and those that were noted so. */
import { Injectable } from '@nestjs/common';
import type { PublicIpRecord } from '@openvsys/persistence';
import { vserverId, type VsysId } from '@openvsys/vsys';
import { Annotate } from '../../use-cases/annotations/annotate.js';
import { ConfigureEfm } from '../../use-cases/efms/configure-efm.js';
import type { FgcpCall } from './fgcp-operation.js';
import { FgcpSystems } from './fgcp-systems.js';
import { withoutPublicIp } from './words/nat-rules.js';

/** Of the note on an address. */
const PROPERTY = 'fgcp.attached';

type Address = Pick<PublicIpRecord, 'id' | 'name' | 'vserverId'>;

@Injectable()
export class FgcpAttachments {
  constructor(
    private readonly annotations: Annotate,
    private readonly systems: FgcpSystems,
    private readonly configure: ConfigureEfm,
  ) {}

  async isAttached(given: FgcpCall, system: VsysId, address: Address): Promise<boolean> {
    return (await this.attachedAmong(given, system, [address])).has(address.id);
  }

  /** Ids of those that are attached. */
  async attachedAmong(
    { call }: FgcpCall,
    system: VsysId,
    addresses: readonly Address[],
  ): Promise<ReadonlySet<string>> {
    const resources = addresses.map(({ id }) => id);
    const notes = await this.annotations.list(call, { vsysId: system, resources });
    const attached = addresses.filter(
      ({ id, vserverId: answering }) => answering !== null || notes.get(id)?.properties[PROPERTY] === 'true',
    );
    return new Set(attached.map(({ id }) => id));
  }

  async attach(given: FgcpCall, system: VsysId, { id }: Address): Promise<void> {
    await this.note(given, system, id, 'true');
  }

  /** Takes what leads through the address out of the firewall. */
  async detach(given: FgcpCall, system: VsysId, { id, name, vserverId: answering }: Address): Promise<void> {
    const firewall = (await this.systems.members(given, system)).find(({ kind }) => kind === 'firewall');
    if (answering !== null && firewall !== undefined) {
      await this.configure.execute(given.call, {
        efm: vserverId(firewall.id),
        expected: undefined,
        edit: ({ config }) => withoutPublicIp(config, name),
      });
    }
    await this.note(given, system, id, undefined);
  }

  private async note(
    { call }: FgcpCall,
    system: VsysId,
    id: string,
    value: string | undefined,
  ): Promise<void> {
    const present = (await this.annotations.list(call, { vsysId: system, resources: [id] })).get(id);
    const { [PROPERTY]: _before, ...others } = present?.properties ?? {};
    const properties = value === undefined ? others : { ...others, [PROPERTY]: value };
    await this.annotations.change(call, system, id, { name: present?.name ?? undefined, properties });
  }
}
