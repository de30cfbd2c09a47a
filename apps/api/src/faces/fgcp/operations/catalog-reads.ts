/** What systems and servers can be made from: descriptors and server types. */
import { Injectable } from '@nestjs/common';
import type { DescriptorVersionDetailRecord } from '@openvsys/persistence';
import { ReadCatalog } from '../../../use-cases/catalog/read-catalog.js';
import { ManageDescriptors } from '../../../use-cases/descriptors/manage-descriptors.js';
import { PriceDescriptors } from '../../../use-cases/descriptors/price-descriptors.js';
import { FgcpNoun, type FgcpCall, type FgcpOperations } from '../fgcp-operation.js';
import { everyPage, isNotFound } from '../fgcp-systems.js';
import { wrongValue } from '../protocol/fgcp-error.js';
import type { FgcpRequest } from '../protocol/fgcp-request.js';
import type { FgcpFields } from '../protocol/write-answer.js';
import { descriptorDetailView, descriptorView } from '../words/descriptor-views.js';
import { serverTypeView } from '../words/image-views.js';

@Injectable()
export class CatalogReads extends FgcpNoun {
  constructor(
    private readonly descriptors: ManageDescriptors,
    private readonly catalog: ReadCatalog,
    private readonly prices: PriceDescriptors,
  ) {
    super();
  }

  readonly operations: FgcpOperations = {
    ListVSYSDescriptor: { permission: 'descriptor:read', run: async (given) => this.listDescriptors(given) },
    GetVSYSDescriptorAttributes: {
      permission: 'descriptor:read',
      run: async (given) => ({
        vsysdescriptor: descriptorView(await this.descriptor(given), given.contract),
      }),
    },
    GetVSYSDescriptorConfiguration: {
      permission: 'descriptor:read',
      run: async (given) => ({
        vsysdescriptor: descriptorDetailView(await this.descriptor(given), given.contract),
      }),
    },
    ListServerType: { permission: 'catalog:read', run: async (given) => this.listServerTypes(given) },
  };

  private async listDescriptors({ call, request, contract }: FgcpCall): Promise<FgcpFields> {
    const from = priceIn(request, 'estimateFrom');
    const to = priceIn(request, 'estimateTo');
    const named = await everyPage(async (page) =>
      from === undefined && to === undefined
        ? this.descriptors.list(call, page)
        : this.prices.list(call, page, {}, { from, to, sort: 'name' }),
    );
    // An organization's own goes before the provider's of the same name, as it does when a system is made.
    const names = [...new Set(named.map(({ name }) => name))];
    const found: DescriptorVersionDetailRecord[] = [];
    for (const name of names) found.push(await this.descriptors.get(call, name, undefined));
    const keyword = request.find('keyword')?.toLowerCase();
    const views = found.map((each) => descriptorView(each, contract));
    const fitting = views.filter(
      (view) => keyword === undefined || JSON.stringify(Object.values(view)).toLowerCase().includes(keyword),
    );
    return { vsysdescriptors: { vsysdescriptor: fitting } };
  }

  private async descriptor({ call, request }: FgcpCall): Promise<DescriptorVersionDetailRecord> {
    const name = request.get('vsysDescriptorId');
    return this.descriptors.get(call, name, undefined).catch((error: unknown) => {
      throw isNotFound(error) ? wrongValue('vsysDescriptorId') : error;
    });
  }

  /** The image does not matter, although it has to be named: clients send any text. */
  private async listServerTypes({ request }: FgcpCall): Promise<FgcpFields> {
    request.get('diskImageId');
    const types = await everyPage(async (page) => this.catalog.listServerTypes(page));
    const prices = await everyPage(async (page) => this.catalog.listPrices(page));
    const amountOf = new Map(
      prices
        .filter(({ dimension }) => dimension === 'vserver-running')
        .map((each) => [each.product, each.amount]),
    );
    const sold = types.filter(({ kind, deprecated }) => kind === 'server' && !deprecated);
    return {
      servertypes: {
        servertype: sold.map((type) =>
          serverTypeView(type, { product: type.name, amount: amountOf.get(type.name) }),
        ),
      },
    };
  }
}

/** Of an hour. Throws VALIDATION_ERROR. */
function priceIn(request: FgcpRequest, name: string): string | undefined {
  const text = request.find(name);
  if (text !== undefined && !/^\d{1,9}(?:\.\d{1,6})?$/.test(text)) throw wrongValue(name);
  return text;
}
