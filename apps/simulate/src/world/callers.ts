/**
 * Callers of the API: each asks, repeats with the same key what was not answered, and remembers what belongs to him.
 * What a caller may expect in any case is looked at with each answer.
 */
import { SeededRandom } from '../chance/seeded-random.js';
import { descriptorOf } from '../story/descriptor-of.js';
import type { Ask } from '../story/story.js';
import type { WorldClock } from '../time/world-clock.js';
import type { Answer, Api, ApiRequest } from './api.js';
import type { Tenant } from './installation.js';
import { codeOf, isAccepted, isListed, isSystem } from './answers.js';
import { wished, type PartSeen } from './part-requests.js';

export interface Notes {
  /** Something that must never be. */
  violate(what: string): void;
  /** One line of the log of the run. */
  log(line: string): void;
}

/** Longer than the longest outage of a story. */
const REPEATS = 30;
const REPEAT_AFTER_MS = 2_000;
/** Answers after which the same request is sent again: nothing is known about its effect. */
const UNANSWERED = new Set([500, 503]);

export interface CallerHabits {
  /** Decides how long they wait before they repeat a request. */
  readonly seed: number;
  /** Do they send an idempotency key? */
  readonly keys: 'kept' | 'forgotten';
}

export type Path = `/${string}`;

/** A request like `POST path`, with a key and the token of who asks. */
type Post = (path: string, body?: object) => ApiRequest;

export class Callers {
  readonly #known = new Map<Tenant, string[]>();
  readonly #random: SeededRandom;
  readonly #keeping: CallerHabits['keys'];
  #asking = 0;
  #keys = 0;

  constructor(
    private readonly api: Pick<Api, 'ask'>,
    private readonly tenants: readonly Tenant[],
    private readonly clock: WorldClock,
    private readonly notes: Notes,
    { seed, keys }: CallerHabits,
  ) {
    this.#keeping = keys;
    this.#random = new SeededRandom(seed);
  }

  /** Requests that have no final answer yet. */
  get asking(): number {
    return this.#asking;
  }

  async act(number: number, ask: Ask, twice: boolean): Promise<void> {
    const tenant = this.tenants[number % this.tenants.length];
    if (tenant === undefined) return;
    this.#asking += 1;
    try {
      const request = await this.#requestOf(tenant, ask);
      if (request === undefined) return;
      const answer = await this.#insist(request);
      if (twice) await this.#repeat(request, answer);
      this.#remember(tenant, ask, answer);
    } finally {
      this.#asking -= 1;
    }
  }

  async #requestOf(tenant: Tenant, ask: Ask): Promise<ApiRequest | undefined> {
    const { token, vdcId } = tenant;
    this.#keys += 1;
    const idempotencyKey = `k${this.#keys}`;
    const post: Post = (path, body) => ({
      method: 'POST',
      path,
      token,
      ...(this.#keeping === 'kept' ? { idempotencyKey } : {}),
      ...(body === undefined ? {} : { body }),
    });
    if (ask.is === 'create') {
      const name = `shop-${this.#keys}`;
      return post('/v1/vsys', { name, vdcId, document: descriptorOf(ask.design) });
    }
    const id = pickOf(ask.is === 'look-abroad' ? this.#abroad(tenant) : this.#of(tenant), ask.pick);
    if (id === undefined) return undefined;
    return await this.#requestAbout(tenant, id, ask, post);
  }

  async #requestAbout(
    tenant: Tenant,
    id: string,
    ask: Exclude<Ask, { readonly is: 'create' }>,
    post: Post,
  ): Promise<ApiRequest | undefined> {
    const system: Path = `/v1/vsys/${id}`;
    switch (ask.is) {
      case 'change': {
        const ifMatch = await this.#generationOf(tenant, system);
        return { ...post(system, { document: descriptorOf(ask.design) }), method: 'PATCH', ifMatch };
      }
      case 'scale':
        return post(`${system}/roles/web/scale`, { count: ask.servers });
      case 'power': {
        const servers = { path: '/v1/vservers' as const, query: `?vsys=${id}`, pick: ask.pick };
        const of = ask.of === 'system' ? system : await this.#pathOfListed(tenant, servers);
        return of && post(`${of}/${ask.verb}`);
      }
      case 'snapshot':
        return post(`${system}/snapshots`, { name: `s${this.#keys}`, withMemory: ask.withMemory });
      case 'revert':
      case 'drop-snapshot':
        return await this.#requestAboutSnapshot(tenant, system, ask, post);
      case 'delete':
        return { ...post(system), method: 'DELETE' };
      case 'cancel':
      case 'resume':
        return await this.#requestAboutOperation(tenant, id, ask.is, post);
      case 'part':
        return await this.#requestAboutPart(tenant, id, ask, post);
      case 'look':
      case 'look-abroad':
        return { method: 'GET', path: system, token: tenant.token };
    }
  }

  /** Until there is an answer that says something. */
  async #insist(request: ApiRequest): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.api.ask(request);
      this.notes.log(`${request.method} ${request.path} ${answer.status}${codeOf(answer.body)}`);
      if (!UNANSWERED.has(answer.status) || attempt >= REPEATS) return this.#judged(request, answer);
      await this.clock.sleep(REPEAT_AFTER_MS);
    }
  }

  /** The same key and the same request: the same answer, one effect. */
  async #repeat(request: ApiRequest, first: Answer): Promise<void> {
    if (request.method === 'GET' || first.status >= 300) return;
    await this.clock.sleep(this.#random.int(1, 3_000));
    const again = await this.#insist(request);
    const [one, two] = [first, again].map(({ body }) => (isAccepted(body) ? body.operation.id : undefined));
    if (again.status === first.status && one === two) return;
    this.notes.violate(
      `a repeated request has another answer: ${request.path} ${first.status} ${again.status}`,
    );
  }

  #judged(request: ApiRequest, answer: Answer): Answer {
    if (answer.status === 500 || answer.status === 400)
      this.notes.violate(`${request.method} ${request.path} is answered ${JSON.stringify(answer)}`);
    return answer;
  }

  #remember(tenant: Tenant, ask: Ask, { status, body }: Answer): void {
    if (ask.is === 'look-abroad' && status !== 404)
      this.notes.violate(`what is somebody else's is answered with ${status}`);
    // Clones are systems of their own.
    if (!isAccepted(body) || this.#of(tenant).includes(body.vsysId)) return;
    this.#known.set(tenant, [...this.#of(tenant), body.vsysId]);
  }

  #of(tenant: Tenant): readonly string[] {
    return this.#known.get(tenant) ?? [];
  }

  #abroad(tenant: Tenant): readonly string[] {
    return this.tenants.filter((other) => other !== tenant).flatMap((other) => this.#of(other));
  }

  async #generationOf({ token }: Tenant, path: string): Promise<string> {
    const { body } = await this.#insist({ method: 'GET', path, token });
    return `"${isSystem(body) ? body.generation : 0}"`;
  }

  async #requestAboutSnapshot(
    tenant: Tenant,
    system: Path,
    { is, pick }: Extract<Ask, { readonly is: 'revert' | 'drop-snapshot' }>,
    post: Post,
  ): Promise<ApiRequest | undefined> {
    const snapshot = await this.#pathOfListed(tenant, { path: `${system}/snapshots`, query: '', pick });
    if (is === 'revert') return snapshot && post(`${snapshot}/revert`, {});
    return snapshot && { ...post(snapshot), method: 'DELETE' };
  }

  async #requestAboutOperation(
    tenant: Tenant,
    id: string,
    verb: 'cancel' | 'resume',
    post: Post,
  ): Promise<ApiRequest | undefined> {
    const operations = { path: '/v1/operations' as const, query: `?vsys=${id}`, pick: 0 };
    const operation = await this.#pathOfListed(tenant, operations);
    return operation && post(`${operation}/${verb}`);
  }

  async #requestAboutPart(
    tenant: Tenant,
    id: string,
    { what, pick }: Extract<Ask, { readonly is: 'part' }>,
    post: Post,
  ): Promise<ApiRequest | undefined> {
    const list = async (path: Path): Promise<readonly PartSeen[]> => {
      const { body } = await this.#insist({ method: 'GET', path, token: tenant.token });
      return isListed(body) ? body.items : [];
    };
    const context = { id, pick, number: this.#keys, otherVdcs: [tenant.otherVdcId, tenant.vdcId], list };
    const wish = await wished(what, context);
    return wish && { ...post(wish.path, wish.body), method: wish.method };
  }

  /** The path of one of those that a list has; undefined when it has none. */
  async #pathOfListed(
    { token }: Tenant,
    { path, query, pick }: { readonly path: Path; readonly query: string; readonly pick: number },
  ): Promise<Path | undefined> {
    const { body } = await this.#insist({ method: 'GET', path: `${path}${query}`, token });
    const picked = isListed(body) ? pickOf(body.items, pick) : undefined;
    return picked && `${path}/${picked.id}`;
  }
}

function pickOf<T>(from: readonly T[], pick: number): T | undefined {
  return from.length === 0 ? undefined : from[pick % from.length];
}
