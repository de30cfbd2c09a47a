/** Price lists: shown, compared with a list that is to be published, published, withdrawn; and which prices count for whom. */
import { Injectable } from '@nestjs/common';
import { DIMENSIONS, effectivePrices, Exact } from '@openvsys/metering';
import {
  Database,
  effectOfPublication,
  getPriceListVersion,
  listPriceListVersions,
  listPricesBetween,
  listPricesOfVersion,
  publishPriceList,
  withdrawPriceList,
  type Page,
  type PageRequest,
  type PriceListVersion,
  type PriceRecord,
  type Publication,
  type PublicationEffect,
  type PublishedPrice,
  type Session,
} from '@openvsys/persistence';
import { DomainError, type UsageDimension, type Violation } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime } from '../clock.js';
import { getPayer } from '../statements/bill-owner.js';
import { Transactor } from '../transactor.js';

export interface PublishCommand {
  readonly currency: string;
  /** Undefined: for everybody. */
  readonly organization: string | undefined;
  readonly validFrom: Date;
  readonly note: string;
  readonly prices: readonly (PublishedPrice & { readonly dimension: UsageDimension })[];
}

export interface PublishAnswer {
  /** Null: a dry run. */
  readonly version: PriceListVersion | null;
  readonly effect: PublicationEffect;
}

@Injectable()
export class ManagePriceLists {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly time: BusinessTime,
  ) {}

  async list(call: Call, page: PageRequest): Promise<Page<PriceListVersion>> {
    return this.database.session(async (session) => listPriceListVersions(session, call.scope, page));
  }

  /** Throws `not-found`, for another organization's list as for none. */
  async get(call: Call, id: string): Promise<{ version: PriceListVersion; prices: readonly PriceRecord[] }> {
    return this.database.session(async (session) => {
      const version = await getPriceListVersion(session, id);
      const own = call.principal.organizationId;
      if (own !== null && version.organizationId !== null && version.organizationId !== own) {
        throw new DomainError('not-found', 'There is no such version of a price list.');
      }
      return { version, prices: await listPricesOfVersion(session, version) };
    });
  }

  /** What publishing would change. Throws `invalid-request`, `not-found`. */
  async preview(call: Call, command: PublishCommand): Promise<PublishAnswer> {
    requireSound(command);
    return this.database.session(async (session) => {
      const publication = await publicationOf(session, call, command, this.time.now());
      return { version: null, effect: await effectOfPublication(session, publication) };
    });
  }

  /** Throws `invalid-request`, `not-found`, and `conflict` when a later version exists. */
  async publish(call: Call, command: PublishCommand): Promise<PublishAnswer> {
    requireSound(command);
    return this.transactor.change(call, async (session, at) => {
      const publication = await publicationOf(session, call, command, at);
      const effect = await effectOfPublication(session, publication);
      const version = await publishPriceList(session, publication);
      const { organizationId, currency, validFrom, note } = version;
      const detail = { currency, validFrom, note, version: version.version, organizationId };
      return { answer: { version, effect }, audit: { ...auditOf('publish', version), detail } };
    });
  }

  /** Throws `not-found`, and `conflict` when the version is valid already. */
  async withdraw(call: Call, id: string): Promise<PriceListVersion> {
    return this.transactor.change(call, async (session, at) => {
      const version = await withdrawPriceList(session, id, at);
      return { answer: version, audit: auditOf('withdraw', version) };
    });
  }

  /** Prices that count for an organization at an instant. Throws `not-found`. */
  async effective(
    call: Call,
    organization: string | undefined,
    at: Date | undefined,
  ): Promise<readonly PriceRecord[]> {
    const instant = at ?? this.time.now();
    return this.database.session(async (session) => {
      const { id, currency } = await getPayer(session, call, organization);
      const next = new Date(instant.getTime() + 1);
      const known = await listPricesBetween(session, { currency, organizationId: id }, instant, next);
      return effectivePrices(known, id)
        .filter(({ validFrom, validTo }) => validFrom <= instant && (validTo === null || validTo > instant))
        .map((price) => ({ ...price, currency }));
    });
  }
}

const auditOf = (verb: 'publish' | 'withdraw', { id }: PriceListVersion) => ({
  // A list of one organization is the provider's business too.
  organizationId: null,
  verb: `price-list.${verb}`,
  resource: id,
});

async function publicationOf(
  session: Session,
  call: Call,
  command: PublishCommand,
  at: Date,
): Promise<Publication> {
  const { organization, ...facts } = command;
  const owner = organization === undefined ? undefined : await getPayer(session, call, organization);
  if (owner !== undefined && owner.currency !== command.currency) {
    throw new DomainError('invalid-request', `The organization pays in ${owner.currency}.`, {
      pointer: '/currency',
    });
  }
  return { ...facts, organizationId: owner?.id ?? null, publishedBy: call.principal.actor, publishedAt: at };
}

/** Every mistake of the list at once. Throws `invalid-request`. */
function requireSound({ prices }: PublishCommand): void {
  const seen = new Set<string>();
  const violations = prices.flatMap((price, index): Violation[] => {
    const key = JSON.stringify([price.product, price.dimension]);
    const isTwice = seen.has(key);
    seen.add(key);
    const pointer = `/prices/${index}`;
    return [
      ...(isTwice ? [{ pointer, message: `${price.product} has two prices for ${price.dimension}.` }] : []),
      ...(DIMENSIONS[price.dimension].kind === 'counted' && price.minimum !== 'second'
        ? [{ pointer: `${pointer}/minimum`, message: `${price.dimension} is counted: it has no least time.` }]
        : []),
      ...(isAscending(price.tiers)
        ? []
        : [{ pointer: `${pointer}/tiers`, message: 'Each tier has to begin above the one before.' }]),
    ];
  });
  if (violations.length === 0) return;
  throw new DomainError('invalid-request', 'The price list is not sound.', { violations });
}

const isAscending = (tiers: PublishedPrice['tiers']): boolean =>
  tiers.every(({ from }, index) => index === 0 || new Exact(from).gt(tiers[index - 1]?.from ?? 0));
