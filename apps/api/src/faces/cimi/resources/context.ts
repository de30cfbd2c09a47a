/** One request as the resources see it: who asks, in which version, and what everything is done with. */
import type { Page, PageRequest } from '@openvsys/persistence';
import { can, DomainError, type Permission } from '@openvsys/vsys';
import type { Call } from '../../../use-cases/call.js';
import type { Dialect } from '../model/dialect.js';
import type { Writing } from '../serialize/plain.js';
import type { CimiUseCases } from './use-cases.js';

export interface ContextParts extends Writing {
  readonly call: Call;
  readonly use: CimiUseCases;
  /** As it came. */
  readonly ifMatch: string | undefined;
}

/** Of one read of the database. */
const PAGE = 1_000;
/** What one answer may list; larger tenants look system by system. */
const MAX_ENTRIES = 10_000;

export class CimiContext implements Writing {
  readonly call: Call;
  readonly use: CimiUseCases;
  readonly dialect: Dialect;
  readonly baseUri: string;
  readonly ifMatch: string | undefined;
  private readonly known = new Map<Permission, boolean>();

  constructor({ call, use, dialect, baseUri, ifMatch }: ContextParts) {
    this.call = call;
    this.use = use;
    this.dialect = dialect;
    this.baseUri = baseUri;
    this.ifMatch = ifMatch;
  }

  may(permission: Permission): boolean {
    const found = this.known.get(permission) ?? can(this.call.principal, permission);
    this.known.set(permission, found);
    return found;
  }

  /** The same caller for a second use case of one request: it must not be taken for a repeat of the first. */
  callFor(step: string): Call {
    const { idempotency } = this.call;
    if (idempotency === null) return this.call;
    return { ...this.call, idempotency: { ...idempotency, key: `${idempotency.key}:${step}`.slice(-200) } };
  }

  /** Everything that a list has. Throws `too-large` beyond what one answer lists. */
  async all<Item>(read: (page: PageRequest) => Promise<Page<Item>>): Promise<readonly Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const page = await read({ limit: PAGE, cursor });
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      if (items.length > MAX_ENTRIES) throw tooMany();
    } while (cursor !== undefined);
    return items;
  }
}

function tooMany(): DomainError {
  return new DomainError(
    'too-large',
    `A collection of more than ${MAX_ENTRIES} entries is not listed at once.`,
    {
      remedy: 'Look at the collections of single systems.',
    },
  );
}

/** Nothing of that id, in the same words for ids of others and ids that never were. */
export function unknown(what: string, id: string): DomainError {
  return new DomainError('not-found', `No ${what} has the id “${id.slice(0, 64)}”.`, {
    remedy: 'Take ids from a collection.',
  });
}
