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
import { isAccepted, isListed, isSystem, type Listed } from './answers.js';

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

export class Callers {
  readonly #known = new Map<Tenant, string[]>();
  readonly #random: SeededRandom;
  #asking = 0;
  #keys = 0;

  constructor(
    private readonly api: Pick<Api, 'ask'>,
    private readonly tenants: readonly Tenant[],
    private readonly clock: WorldClock,
    private readonly notes: Notes,
    seed: number,
    private readonly keys: 'kept' | 'forgotten',
  ) {
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
    const post = (path: string, body?: object): ApiRequest => ({
      method: 'POST',
      path,
      token,
      ...(this.keys === 'kept' ? { idempotencyKey } : {}),
      ...(body === undefined ? {} : { body }),
    });
    if (ask.is === 'create') {
      const name = `shop-${this.#keys}`;
      return post('/v1/vsys', { name, vdcId, document: descriptorOf(ask.design) });
    }
    const id = pickOf(ask.is === 'look-abroad' ? this.#abroad(tenant) : this.#of(tenant), ask.pick);
    if (id === undefined) return undefined;
    const system = `/v1/vsys/${id}`;
    switch (ask.is) {
      case 'change':
        return {
          ...post(system, { document: descriptorOf(ask.design) }),
          method: 'PATCH',
          ifMatch: await this.#generationOf(tenant, system),
        };
      case 'scale':
        return post(`${system}/roles/web/scale`, { count: ask.servers });
      case 'power': {
        if (ask.of === 'system') return post(`${system}/${ask.verb}`);
        const server = await this.#pickListed(tenant, `/v1/vservers?vsysId=${id}`, ask.pick);
        return server === undefined ? undefined : post(`/v1/vservers/${server.id}/${ask.verb}`);
      }
      case 'snapshot':
        return post(`${system}/snapshots`, { name: `s${this.#keys}`, withMemory: ask.withMemory });
      case 'revert':
      case 'drop-snapshot': {
        const snapshot = await this.#pickListed(tenant, `${system}/snapshots`, ask.pick);
        if (snapshot === undefined) return undefined;
        const path = `${system}/snapshots/${snapshot.id}`;
        return ask.is === 'revert' ? post(`${path}/revert`) : { ...post(path), method: 'DELETE' };
      }
      case 'delete':
        return { ...post(system), method: 'DELETE' };
      case 'cancel':
      case 'resume': {
        const operation = await this.#pickListed(tenant, `/v1/operations?vsysId=${id}`, 0);
        return operation === undefined ? undefined : post(`/v1/operations/${operation.id}/${ask.is}`);
      }
      case 'look':
      case 'look-abroad':
        return { method: 'GET', path: system, token };
    }
  }

  /** Until there is an answer that says something. */
  async #insist(request: ApiRequest): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.api.ask(request);
      this.notes.log(`${request.method} ${request.path} ${answer.status}`);
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
    if (answer.status === 500)
      this.notes.violate(`${request.method} ${request.path} is answered ${JSON.stringify(answer)}`);
    return answer;
  }

  #remember(tenant: Tenant, ask: Ask, { status, body }: Answer): void {
    if (ask.is === 'look-abroad' && status !== 404)
      this.notes.violate(`what is somebody else's is answered with ${status}`);
    if (ask.is !== 'create' || !isAccepted(body)) return;
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

  async #pickListed(tenant: Tenant, path: string, pick: number): Promise<Listed | undefined> {
    const { body } = await this.#insist({ method: 'GET', path, token: tenant.token });
    return isListed(body) ? pickOf(body.items, pick) : undefined;
  }
}

function pickOf<T>(from: readonly T[], pick: number): T | undefined {
  return from.length === 0 ? undefined : from[pick % from.length];
}
