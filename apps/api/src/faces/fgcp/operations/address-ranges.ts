/** The private address pool of a contract: the address space of its data centre, from which ranges of segments are chosen. */
import { Injectable } from '@nestjs/common';
import { DEFAULT_ADDRESS_SPACE, DomainError } from '@openvsys/vsys';
import { ManageNetworkSettings } from '../../../use-cases/networks/network-settings.js';
import { FgcpHome } from '../fgcp-home.js';
import { FgcpNoun, NOTHING, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { wrongValue } from '../protocol/fgcp-error.js';
import { unlessEmpty, type FgcpFields } from '../protocol/write-answer.js';
import {
  findSpan,
  findWithout,
  joined,
  networksOf,
  spansOf,
  spanView,
  type Span,
} from '../words/address-spans.js';

@Injectable()
export class AddressRanges extends FgcpNoun {
  constructor(
    private readonly home: FgcpHome,
    private readonly settings: ManageNetworkSettings,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    GetAddressRange: { permission: 'vdc:read', run: async (given) => this.list(given) },
    CreateAddressPool: { permission: 'vdc:manage', run: async (given) => this.created(given) },
    AddAddressRange: { permission: 'vdc:manage', run: async (given) => this.added(given) },
    DeleteAddressRange: { permission: 'vdc:manage', run: async (given) => this.deleted(given) },
  };

  private async list(given: FgcpCall): Promise<FgcpFields> {
    const { addressSpace } = await this.settings.get(given.call, await this.home.oldest(given));
    return { addressranges: unlessEmpty('addressrange', spansOf(addressSpace).map(spanView)) };
  }

  /** Instead of what was there; without ends: what a data centre has at first. */
  private async created(given: FgcpCall): Promise<FgcpFields> {
    const { request } = given;
    const isBare = request.find('pipFrom') === undefined && request.find('pipTo') === undefined;
    return this.set(given, () => (isBare ? spansOf(DEFAULT_ADDRESS_SPACE) : [spanIn(given)]));
  }

  private async added(given: FgcpCall): Promise<FgcpFields> {
    const span = spanIn(given);
    return this.set(given, (spans) => joined([...spans, span]));
  }

  /** Segments that have a range of it keep theirs. */
  private async deleted(given: FgcpCall): Promise<FgcpFields> {
    const span = spanIn(given);
    return this.set(given, (spans) => {
      const left = findWithout(spans, span);
      if (left === undefined || left.length === 0) throw wrongValue('pipFrom', 'pipTo');
      return left;
    });
  }

  private async set(
    given: FgcpCall,
    change: (spans: readonly Span[]) => readonly Span[],
  ): Promise<FgcpFields> {
    const vdc = await this.home.oldest(given);
    const present = await this.settings.get(given.call, vdc);
    const addressSpace = change(spansOf(present.addressSpace)).flatMap(networksOf);
    const { reuseMinutes } = present;
    await this.settings.set(given.call, vdc, { addressSpace, reuseMinutes }).catch((error: unknown) => {
      const isRefused = error instanceof DomainError && error.code === 'invalid-request';
      throw isRefused ? wrongValue('pipFrom', 'pipTo') : error;
    });
    return NOTHING;
  }
}

function spanIn({ request }: FgcpCall): Span {
  const span = findSpan(request.get('pipFrom'), request.get('pipTo'));
  if (span === undefined) throw wrongValue('pipFrom', 'pipTo');
  return span;
}
