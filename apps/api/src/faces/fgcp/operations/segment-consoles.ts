/**
 * Remote access to a segment. The product led into it by a VPN; here the screens of the servers in it are opened: the address of a
 * page that names each with a ticket of its own, good once and for a minute.
 */
import { Inject, Injectable } from '@nestjs/common';
import { vserverId } from '@openvsys/vsys';
import { findPublicUrl } from '../../../http/public-url.js';
import { PUBLIC_URL } from '../../../tokens.js';
import { OpenConsole } from '../../../use-cases/consoles/open-console.js';
import { ReadParts } from '../../../use-cases/parts/read-parts.js';
import { CONSOLE_PATH } from '../console-page.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, FgcpSystems } from '../fgcp-systems.js';
import { FgcpError, wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpFields } from '../protocol/write-answer.js';

/** More do not fit into an address. */
const MOST_SCREENS = 20;

/** Not called like its operation: the compiler renames a property with the class that it is in. */
@Injectable()
export class SegmentConsoles extends FgcpNoun {
  constructor(
    private readonly systems: FgcpSystems,
    private readonly parts: ReadParts,
    private readonly console: OpenConsole,
    @Inject(PUBLIC_URL) private readonly publicUrl: string | null,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    StandByConsole: { permission: 'vsys:power', run: async (given) => this.opened(given) },
  };

  private async opened(given: FgcpCall): Promise<FgcpFields> {
    const { id } = await this.systems.get(given);
    const filter = { vsysId: id, which: 'wanted' } as const;
    const nets = await everyPage(async (page) => this.parts.listVNets(given.call, filter, page));
    const net = nets.find((each) => each.id === given.request.get('networkId'));
    if (net === undefined) throw wrongValue('networkId');
    const servers = (await this.systems.servers(given, id)).filter(
      ({ state, nics }) => state === 'running' && nics.some(({ vnetId }) => vnetId === net.id),
    );
    if (servers.length === 0)
      throw new FgcpError('ILLEGAL_STATE', `No server of the segment [${net.id}] is [RUNNING].`);
    const query = new URLSearchParams();
    for (const server of servers.slice(0, MOST_SCREENS))
      query.append(server.name, (await this.console.issue(given.call, vserverId(server.id))).ticket);
    return { url: `${this.base()}/${CONSOLE_PATH}?${query.toString()}` };
  }

  /** Of an installation that only its own machine reaches: a path there. */
  private base(): string {
    return (findPublicUrl(this.publicUrl)?.href ?? this.publicUrl ?? '').replace(/\/+$/, '');
  }
}
