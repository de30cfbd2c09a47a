import { Body, Controller, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PriceRecord } from '@openvsys/persistence';
import type { Response } from 'express';
import { Allow } from '../../../http/allow.decorator.js';
import { FromCaller } from '../../../http/call.js';
import { Describe, Repeatable } from '../../../http/describe.decorator.js';
import { PageQuery, pageRequestOf } from '../../../http/paging.js';
import { requireUuid } from '../../../http/require-uuid.js';
import type { Call } from '../../../use-cases/call.js';
import {
  ManagePriceLists,
  type PublishAnswer,
  type PublishCommand,
} from '../../../use-cases/prices/manage-price-lists.js';
import type { PriceView } from '../catalog/catalog.views.js';
import {
  DryRunPriceListQuery,
  EffectivePricesQuery,
  EffectivePricesView,
  PriceListDetailView,
  PriceListPage,
  PriceListView,
  PublicationView,
  PublishPriceListRequest,
} from './price-lists.views.js';

@ApiTags('Prices')
@Controller('v1')
export class PriceListsController {
  constructor(private readonly lists: ManagePriceLists) {}

  @Get('prices/effective')
  @Allow('catalog:read')
  @Describe({
    summary: 'Get the prices that count for an organization',
    description: 'Its own prices, and the list where it has none.',
    answers: [{ status: 200, description: 'The prices.', type: EffectivePricesView }],
    problems: ['not-found'],
  })
  async getEffectivePrices(
    @FromCaller() call: Call,
    @Query() { organization, at }: EffectivePricesQuery,
  ): Promise<EffectivePricesView> {
    const prices = await this.lists.effective(
      call,
      organization,
      at === undefined ? undefined : new Date(at),
    );
    return { items: prices.map(priceView) };
  }

  @Get('price-lists')
  @Allow('catalog:read')
  @Describe({
    summary: 'List versions of price lists',
    description:
      'Newest first: everybody’s, and those of the own organization; all of them for the provider.',
    answers: [{ status: 200, description: 'A page of versions.', type: PriceListPage }],
  })
  async listPriceLists(@FromCaller() call: Call, @Query() query: PageQuery): Promise<PriceListPage> {
    return this.lists.list(call, pageRequestOf(query));
  }

  @Get('price-lists/:priceListId')
  @Allow('catalog:read')
  @Describe({
    summary: 'Get a version of a price list',
    description: 'With all prices that hold from its begin on.',
    answers: [{ status: 200, description: 'The version.', type: PriceListDetailView }],
    problems: ['not-found'],
  })
  async getPriceList(
    @FromCaller() call: Call,
    @Param('priceListId') id: string,
  ): Promise<PriceListDetailView> {
    const { version, prices } = await this.lists.get(call, requireUuid('price list', id));
    return { version, prices: prices.map(priceView) };
  }

  @Post('price-lists')
  @Allow('price:manage')
  @Repeatable()
  @Describe({
    summary: 'Publish a version of a price list',
    description:
      'For the provider. A version is published as a whole: what is the same as before goes on, what differs or is left out ends where the version begins.',
    answers: [
      { status: 201, description: 'The version and what it changes.', type: PublicationView },
      { status: 200, description: 'What it would change.', type: PublicationView },
    ],
    problems: ['not-found', 'conflict'],
  })
  async publishPriceList(
    @FromCaller() call: Call,
    @Query() { dryRun }: DryRunPriceListQuery,
    @Body() body: PublishPriceListRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PublicationView> {
    const command = commandOf(body);
    if (dryRun !== true) return publicationView(await this.lists.publish(call, command));
    response.status(200);
    return publicationView(await this.lists.preview(call, command));
  }

  @Delete('price-lists/:priceListId')
  @Allow('price:manage')
  @Repeatable()
  @Describe({
    summary: 'Withdraw a version of a price list',
    description: 'For the provider; only before it is valid. What it would have ended goes on.',
    answers: [{ status: 200, description: 'The version that was withdrawn.', type: PriceListView }],
    problems: ['not-found', 'conflict'],
  })
  async withdrawPriceList(
    @FromCaller() call: Call,
    @Param('priceListId') id: string,
  ): Promise<PriceListView> {
    return this.lists.withdraw(call, requireUuid('price list', id));
  }
}

function commandOf({
  currency,
  organizationId,
  validFrom,
  note,
  prices,
}: PublishPriceListRequest): PublishCommand {
  return {
    currency: currency ?? 'EUR',
    organization: organizationId,
    validFrom: new Date(validFrom),
    note,
    prices: prices.map(({ product, dimension, amount, minimum = 'second', tiers = [] }) => ({
      product,
      dimension,
      amount,
      minimum,
      tiers: tiers.map((tier) => ({ from: tier.from, amount: tier.amount })),
    })),
  };
}

const publicationView = ({ version, effect }: PublishAnswer): PublicationView => ({ version, ...effect });

/** Whose price it is stays out: the caller asked for those that count for it. */
function priceView(price: PriceRecord): PriceView {
  const { id, product, dimension, currency, amount, minimum, tiers, validFrom, validTo } = price;
  return { id, product, dimension, currency, amount, minimum, tiers, validFrom, validTo };
}
