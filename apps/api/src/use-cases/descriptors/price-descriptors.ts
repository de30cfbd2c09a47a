/**
 * What systems made of descriptors would cost an hour, with the defaults of their parameters and the prices of who asks. A descriptor
 * with a parameter that has to be given has no price before it is: a plan tells it.
 */
import { Injectable } from '@nestjs/common';
import { effectivePrices, Exact, runningPriceOf, type Price } from '@openvsys/metering';
import {
  Database,
  getOrganization,
  listDescriptorDocuments,
  listPricesBetween,
  pageOf,
  readCursor,
  type DescriptorDocumentRecord,
  type DescriptorFilter,
  type DescriptorRecord,
  type Page,
  type PageRequest,
  type Session,
} from '@openvsys/persistence';
import {
  autoPrefixOf,
  bindParameters,
  contractId,
  descriptorOf,
  DomainError,
  needs,
  NO_NUMBERS,
  vsysIdOf,
  type Catalog,
  type OrganizationId,
  type VsysDesign,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { Admission } from '../vsys/admission.js';
import { allocateWithStandIns } from '../vsys/stand-ins.js';

export interface PriceWish {
  /** Decimal texts, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly sort: 'price' | 'name';
}

export interface PricedDescriptor extends DescriptorRecord {
  /** Null: a parameter has to be given, or something that is not sold. */
  readonly pricePerHour: string | null;
  readonly currency: string;
}

/** Each is worked out for every page; a library is smaller. */
const MOST_DESCRIPTORS = 300;
/** Names of things that are never made. */
const PRICED_SYSTEM = 'PLANNED00';
/** RFC 5737 keeps it for documentation. */
const NO_UPLINK = { cidr: '192.0.2.0/24', gateway: '192.0.2.254' };

@Injectable()
export class PriceDescriptors {
  constructor(
    private readonly database: Database,
    private readonly admission: Admission,
    private readonly time: BusinessTime,
  ) {}

  /** Throws `conflict` for callers without an organization, who buy nothing, and `too-large` for more than can be compared. */
  async list(
    call: Call,
    page: PageRequest,
    filter: DescriptorFilter,
    wish: PriceWish,
  ): Promise<Page<PricedDescriptor>> {
    const { organizationId } = call.principal;
    if (organizationId === null)
      throw new DomainError('conflict', 'Prices are those of an organization.', {
        remedy: 'Ask with a token of the organization.',
      });
    return this.database.session(async (session) => {
      const found = await listDescriptorDocuments(session, call.scope, filter, MOST_DESCRIPTORS + 1);
      if (found.length > MOST_DESCRIPTORS)
        throw new DomainError(
          'too-large',
          `Prices of more than ${MOST_DESCRIPTORS} descriptors cannot be compared.`,
          {
            remedy: 'Narrow the list by visibility or search.',
          },
        );
      const priced = await this.price(session, call, organizationId, found);
      return pageOfPriced(
        page,
        wish,
        sorted(
          priced.filter((each) => isWithin(each, wish)),
          wish.sort,
        ),
      );
    });
  }

  private async price(
    session: Session,
    { scope }: Call,
    organizationId: OrganizationId,
    found: readonly DescriptorDocumentRecord[],
  ): Promise<PricedDescriptor[]> {
    const { contract, currency } = await getOrganization(session, scope, organizationId);
    const catalog = await this.admission.readCatalog(session, organizationId);
    const at = this.time.now();
    const buyer = { currency, organizationId };
    // A range of 1 ms: prices are valid in half-open ranges.
    const known = await listPricesBetween(session, buyer, at, new Date(at.getTime() + 1));
    const prices = effectivePrices(known, organizationId);
    return found.map(({ document, ...record }) => ({
      ...record,
      currency,
      pricePerHour: this.findPrice(document, { contract, catalog, prices, at }),
    }));
  }

  private findPrice(
    document: Readonly<Record<string, unknown>>,
    { contract, catalog, prices, at }: PriceContext,
  ): string | null {
    try {
      const design = bindParameters(descriptorOf(document), {});
      const context = {
        vsysId: vsysIdOf(contractId(contract), PRICED_SYSTEM),
        name: design.descriptor.name,
        generation: 1,
        numbers: NO_NUMBERS,
        catalog,
        ...this.admission.surroundings(),
      };
      const { spec } = allocateWithStandIns(design, context, NO_UPLINK, standInAddresses(design));
      return runningPriceOf(spec, prices, at).perHour;
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }
}

interface PriceContext {
  readonly contract: string;
  readonly catalog: Catalog;
  readonly prices: readonly Price[];
  readonly at: Date;
}

/** A range and an address cost the same whichever they are. */
function standInAddresses(design: VsysDesign) {
  const written = design.nets.filter(({ cidr }) => autoPrefixOf(cidr) === undefined).length;
  const { autoRanges, allocations } = needs(design);
  return {
    // A descriptor has at most 32 VNets; those that are written down rarely begin so high.
    ranges: autoRanges.map((prefix, index) => `10.${200 + written + index}.0.0/${prefix}`),
    allocated: new Map(allocations.map(({ allocation }, index) => [allocation, `198.51.100.${index + 1}`])),
  };
}

function isWithin({ pricePerHour }: PricedDescriptor, { from, to }: PriceWish): boolean {
  if (from === undefined && to === undefined) return true;
  if (pricePerHour === null) return false;
  const price = new Exact(pricePerHour);
  return (from === undefined || price.gte(from)) && (to === undefined || price.lte(to));
}

/** The cheapest first, then by name; what has no price comes last. */
function sorted(priced: readonly PricedDescriptor[], by: PriceWish['sort']): readonly PricedDescriptor[] {
  return priced.toSorted(
    (a, b) =>
      (by === 'price' ? comparePrices(a, b) : 0) || compareTexts(a.name, b.name) || compareTexts(a.id, b.id),
  );
}

function comparePrices({ pricePerHour: a }: PricedDescriptor, { pricePerHour: b }: PricedDescriptor): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return new Exact(a).cmp(b);
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** After the row that the page before ended with, wherever that stands by now; from the beginning when it is gone. */
function pageOfPriced(
  page: PageRequest,
  { sort }: PriceWish,
  rows: readonly PricedDescriptor[],
): Page<PricedDescriptor> {
  const list = `descriptors-by-${sort}`;
  const [last] = readCursor(list, page, 1) ?? [];
  const start = last === undefined ? 0 : rows.findIndex(({ id }) => id === last) + 1;
  return pageOf(list, page, rows.slice(start, start + page.limit + 1), ({ id }) => [id]);
}
