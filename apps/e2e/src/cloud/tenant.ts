/** The public API as one of its users sees it. Every request is one call; nothing is repeated in secret. */
import {
  auditPool,
  cancelOperation,
  changeVsys,
  createClient,
  createConfig,
  createVsys,
  deleteVsys,
  getOperation,
  getPool,
  getQuotas,
  getVsys,
  listOperations,
  listPoolDrift,
  listPoolOrphans,
  listPools,
  listVdcs,
  listVsys,
  restartVServer,
  resumeOperation,
  setOrganizationQuotas,
  startVServer,
  stopVServer,
  waitForOperation,
  waitForPoolOperation,
  whoAmI,
  type AcceptedView,
  type Client,
  type OperationDetailView,
  type OperationView,
  type PoolView,
  type Problem,
  type QuotaLimit,
  type VsysDetailView,
  type VsysView,
} from '@openvsys/api-client';
import { eventually } from '../process/eventually.js';

interface Answer<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

/** The API answered, but not with a success. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(`${status} ${problem.code}: ${problem.detail}`);
  }
}

async function success<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (response === undefined) throw new Error('the API does not answer', { cause: error });
  if (data !== undefined && response.ok) return data;
  throw new Refusal(response.status, error as Problem);
}

export interface VsysOrder {
  readonly name: string;
  /** Of the provider's library. */
  readonly descriptor?: string;
  /** YAML text, instead of a descriptor of the library. */
  readonly source?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly onFailure?: 'rollback' | 'keep';
}

export interface Repeat {
  readonly idempotencyKey?: string;
}

export type PowerVerb = 'start' | 'stop' | 'restart';

type PowerTarget = { readonly client: Client; readonly path: { readonly vserverId: string } };
const POWER = {
  start: async (target: PowerTarget) => startVServer(target),
  stop: async (target: PowerTarget) => stopVServer({ ...target, body: {} }),
  restart: async (target: PowerTarget) => restartVServer(target),
};

export class Tenant {
  private readonly client: Client;
  private vdc: Promise<string> | undefined;

  constructor(baseUrl: string, token: string) {
    this.client = createClient(createConfig({ baseUrl, headers: { Authorization: `Bearer ${token}` } }));
  }

  async create(order: VsysOrder, repeat: Repeat = {}): Promise<AcceptedView> {
    const { name, descriptor, source, parameters = {}, onFailure } = order;
    const answer = await success(
      createVsys({
        client: this.client,
        headers: headersOf(repeat),
        body: {
          name,
          vdcId: await (this.vdc ??= this.findVdc()),
          ...(descriptor !== undefined && { descriptor: { name: descriptor } }),
          ...(source !== undefined && { source }),
          parameters: { ...parameters },
          ...(onFailure !== undefined && { onFailure }),
        },
      }),
    );
    return accepted(answer);
  }

  /** Changes parameters of the VSYS as it is now. */
  async change(id: string, parameters: Readonly<Record<string, unknown>>): Promise<AcceptedView> {
    const { generation } = await this.get(id);
    const answer = await success(
      changeVsys({
        client: this.client,
        path: { vsysId: id },
        headers: { 'If-Match': `"${generation}"` },
        body: { parameters: { ...parameters } },
      }),
    );
    return accepted(answer);
  }

  async delete(id: string): Promise<AcceptedView> {
    return accepted(await success(deleteVsys({ client: this.client, path: { vsysId: id } })));
  }

  async get(id: string): Promise<VsysDetailView> {
    return success(getVsys({ client: this.client, path: { vsysId: id } }));
  }

  /** Those that live; all when no name is given. */
  async list(name?: string): Promise<readonly VsysView[]> {
    const query = { limit: 100, ...(name !== undefined && { name }) };
    return (await success(listVsys({ client: this.client, query }))).items;
  }

  async power(verb: PowerVerb, vserverId: string): Promise<AcceptedView> {
    return accepted(await success(POWER[verb]({ client: this.client, path: { vserverId } })));
  }

  async operation(id: string): Promise<OperationDetailView> {
    return success(getOperation({ client: this.client, path: { operationId: id } }));
  }

  async newestOperation(vsysId: string): Promise<string> {
    const { items } = await success(
      listOperations({ client: this.client, query: { vsys: vsysId, limit: 1 } }),
    );
    const [newest] = items;
    if (newest === undefined) throw new Error(`${vsysId} has no operation`);
    return newest.id;
  }

  async cancel(id: string): Promise<OperationView> {
    return success(cancelOperation({ client: this.client, path: { operationId: id } }));
  }

  async resume(id: string): Promise<OperationView> {
    return success(resumeOperation({ client: this.client, path: { operationId: id } }));
  }

  /** The operation when it has ended. The API may come and go meanwhile. */
  async ended(id: string, limitMs = 60_000): Promise<OperationView> {
    return eventually(
      async () => {
        const operation = await this.waited(id);
        return ENDED.has(operation.state) ? operation : undefined;
      },
      { for: `the end of operation ${id}`, limitMs },
    );
  }

  /** Resource → used, of the organization. */
  async quotaUse(): Promise<Readonly<Record<string, number>>> {
    const { items } = await success(getQuotas({ client: this.client }));
    return Object.fromEntries(items.map(({ resource, used }) => [resource, used]));
  }

  async organizationId(): Promise<string> {
    const { organizationId } = await success(whoAmI({ client: this.client }));
    if (organizationId === null) throw new Error('the token belongs to the provider');
    return organizationId;
  }

  /** Asked with a provider's token. */
  async setQuotas(organizationId: string, limits: QuotaLimit[]): Promise<void> {
    await success(setOrganizationQuotas({ client: this.client, path: { organizationId }, body: { limits } }));
  }

  /** Asked with a provider's token: the only pool there is. */
  async pool(): Promise<PoolView> {
    const [pool] = (await success(listPools({ client: this.client }))).items;
    if (pool === undefined) throw new Error('there is no pool');
    return success(getPool({ client: this.client, path: { poolId: pool.id } }));
  }

  /** Asked with a provider's token: compares the pool with the database now. Answers how many differences there are. */
  async auditPool(): Promise<{ readonly findings: number }> {
    const { id } = await this.pool();
    const path = { poolId: id };
    const { id: poolOperationId } = await success(auditPool({ client: this.client, path }));
    await success(
      waitForPoolOperation({
        client: this.client,
        path: { poolOperationId },
        query: { timeout: WAIT_SECONDS },
      }),
    );
    const [orphans, drift] = await Promise.all([
      success(listPoolOrphans({ client: this.client, path })),
      success(listPoolDrift({ client: this.client, path })),
    ]);
    return { findings: orphans.items.length + drift.items.length };
  }

  /** The body is the operation whatever became of it; 409 says that it did not succeed. */
  private async waited(id: string): Promise<OperationView> {
    const query = { timeout: WAIT_SECONDS };
    const answer = await waitForOperation({ client: this.client, path: { operationId: id }, query });
    const { error } = answer;
    if (answer.response?.status === 409 && error !== undefined && 'state' in error) return error;
    return success(Promise.resolve(answer));
  }

  private async findVdc(): Promise<string> {
    const [vdc] = (await success(listVdcs({ client: this.client }))).items;
    if (vdc === undefined) throw new Error('the organization has no VDC');
    return vdc.id;
  }
}

/** One request waits this long; a killed API is noticed at once all the same. */
const WAIT_SECONDS = 5;
const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

function headersOf({ idempotencyKey }: Repeat): { 'Idempotency-Key'?: string } {
  return idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
}

function accepted(answer: AcceptedView | object): AcceptedView {
  if ('operation' in answer) return answer;
  throw new Error('asked for a change, got a plan');
}
