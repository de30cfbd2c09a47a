/** The public API through its generated client: the only place of the launcher that knows its requests and answers. */
import { randomUUID } from 'node:crypto';
import {
  createClient,
  createConfig,
  createVsys,
  deleteVsys,
  getOperation,
  getQuotas,
  getUsage,
  getVsys,
  listPools,
  listVdcs,
  listVsys,
  planVsys,
  type AcceptedView,
  type Client,
  type PlanView,
  type UsageLineView,
  type UsageTotalView,
} from '@openvsys/api-client';
import type { Credentials } from '../stack/credentials.js';
import {
  CloudError,
  type Accepted,
  type Cloud,
  type Usage,
  type UsageLine,
  type VsysRequest,
} from './cloud.js';

interface Answer<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

/** The data of a success; throws CloudError with the problem's title, detail and remedy otherwise. */
async function requireData<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (data !== undefined && response?.ok === true) return data;
  throw new CloudError(describeProblem(error), response?.status ?? 0);
}

function describeProblem(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const problem = error as Readonly<Record<string, unknown>>;
  const word = (name: string) => (typeof problem[name] === 'string' ? problem[name] : undefined);
  const detail = [word('detail'), word('remedy')].filter((text) => text !== undefined).join(' ');
  return [word('title'), detail].filter(Boolean).join(': ') || JSON.stringify(error);
}

function clientFor(baseUrl: string, token: string): Client {
  return createClient(createConfig({ baseUrl, headers: { Authorization: `Bearer ${token}` } }));
}

/** Connects with both tokens of a local installation. Nothing is asked yet. */
export function connectCloud(apiUrl: string, credentials: Credentials): Cloud {
  return new ApiCloud(
    clientFor(apiUrl, credentials.tenantToken),
    clientFor(apiUrl, credentials.providerToken),
  );
}

/** Lists of a local installation fit on one page of this size. */
const PAGE = 200;

class ApiCloud implements Cloud {
  constructor(
    private readonly tenant: Client,
    private readonly provider: Client,
  ) {}

  async planVsys(request: VsysRequest) {
    const plan = await requireData(planVsys({ client: this.tenant, body: await this.bodyOf(request) }));
    return {
      steps: plan.steps,
      estimateMs: plan.estimateMs,
      price: plan.price.after,
      fits: plan.capacity.fits && plan.quotas.every(({ fits }) => fits),
      reason: plan.capacity.reason,
    };
  }

  async createVsys(request: VsysRequest): Promise<Accepted> {
    const body = await this.bodyOf(request);
    return asAccepted(await requireData(createVsys({ client: this.tenant, body, headers: this.once() })));
  }

  async getVsys(id: string) {
    return requireData(getVsys({ client: this.tenant, path: { vsysId: id } }));
  }

  async findVsysByName(name: string) {
    const page = await requireData(listVsys({ client: this.tenant, query: { name } }));
    const [found] = page.items.filter(({ phase }) => phase !== 'deleted');
    return found && this.getVsys(found.id);
  }

  async getOperation(id: string) {
    return requireData(getOperation({ client: this.tenant, path: { operationId: id } }));
  }

  async deleteVsys(id: string): Promise<Accepted> {
    return asAccepted(
      await requireData(deleteVsys({ client: this.tenant, path: { vsysId: id }, headers: this.once() })),
    );
  }

  async getUsage(vsysId: string, from: Date, to: Date): Promise<Usage> {
    const period = { vsys: vsysId, from: from.toISOString(), to: to.toISOString() };
    const lines: UsageLineView[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await requireData(
        getUsage({
          client: this.tenant,
          query: { ...period, limit: PAGE, ...(cursor !== undefined && { cursor }) },
        }),
      );
      lines.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      if (cursor === undefined) return asUsage(lines, page.totals);
    }
  }

  async getQuotaUse() {
    const { items } = await requireData(getQuotas({ client: this.tenant }));
    return Object.fromEntries(items.map(({ resource, used }) => [resource, used]));
  }

  async listPools() {
    const { items } = await requireData(listPools({ client: this.provider }));
    return items.map(({ name, leaseOwner, hosts, reason }) => ({
      name,
      owner: leaseOwner,
      hosts: hosts.length,
      reason,
    }));
  }

  /** A local installation has one VDC. */
  private async bodyOf({ name, descriptor, parameters }: VsysRequest) {
    const [vdc] = (await requireData(listVdcs({ client: this.tenant }))).items;
    if (!vdc) throw new Error('the demo organization has no VDC');
    return { name, vdcId: vdc.id, descriptor: { name: descriptor }, parameters: { ...parameters } };
  }

  /** A repeated request must not be a second one. */
  private once() {
    return { 'Idempotency-Key': randomUUID() };
  }
}

/** A plan is answered only to a dry run, which the launcher never asks for. */
function asAccepted(answer: AcceptedView | PlanView): Accepted {
  if (!('operation' in answer)) throw new Error('asked for a change, got a plan');
  return { vsysId: answer.vsysId, operationId: answer.operation.id, parts: answer.parts };
}

function asUsage(lines: readonly UsageLineView[], totals: readonly UsageTotalView[]): Usage {
  const [total, ...others] = totals;
  if (others.length > 0) throw new Error('a local installation bills in one currency');
  return { lines: lines.map(asUsageLine), total: total?.amount ?? '0', currency: total?.currency ?? '' };
}

function asUsageLine({ hour, resource, dimension, product, seconds, amount }: UsageLineView): UsageLine {
  // Without a price there is no amount; the seed prices everything, so the sum would show it.
  return { hour: hour ?? '', resource: resource ?? '', dimension, product, seconds, amount: amount ?? '0' };
}
