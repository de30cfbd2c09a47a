/** What PostgreSQL keeps for the engine, with the same rules: fence, at most one result an action, generations. */
import {
  DomainError,
  type ActionId,
  type ActionResult,
  type ActiveOperation,
  type Clock,
  type ErrorReport,
  type FailurePolicy,
  type Fence,
  type Intent,
  type OpenAction,
  type OperationId,
  type OperationState,
  type OperationUpdate,
  type PartId,
  type PartStatus,
  type PoolId,
  type PoolLease,
  type PoolLeaseStore,
  type ProvisioningStore,
  type Turn,
  type UsageDimension,
  type VsysId,
  type VsysPhase,
  type VsysSpec,
  type VsysWork,
} from '@openvsys/vsys';
import { ORGANIZATION, POOL, operationNumber } from './fixtures.js';

export interface OperationRow {
  readonly id: OperationId;
  readonly kind: string;
  state: OperationState;
  generation: number;
  readonly onFailure: FailurePolicy;
  cancelRequested: boolean;
  stepsDone: number;
  stepsTotal: number;
  error: ErrorReport | undefined;
}

interface ActionRow extends OpenAction {
  result: ActionResult | undefined;
}

interface VsysRow {
  spec: VsysSpec;
  observedGeneration: number;
  reachedSpec: VsysSpec | undefined;
  phase: VsysPhase;
  parked: ErrorReport | null;
  deleted: boolean;
  readonly parts: Map<PartId, PartStatus>;
  readonly operations: OperationRow[];
}

export class MemoryDatabase implements ProvisioningStore, PoolLeaseStore {
  readonly actions = new Map<ActionId, ActionRow>();
  readonly turns: Turn[] = [];
  /** Open usage intervals as `part dimension`. */
  readonly holdings = new Map<string, { readonly part: PartId; readonly dimension: UsageDimension }>();
  readonly #systems = new Map<VsysId, VsysRow>();
  #lease: { owner: string; until: number; epoch: number } | undefined;
  #epoch = 0;
  #operations = 0;
  /** Every commit and read takes this long, ms. */
  delayMs = 0;
  /** Thrown by the next commits, one each; `after` means that the commit was stored all the same. */
  readonly commitFaults: { readonly error: DomainError; readonly after: boolean }[] = [];
  isDown = false;
  /** Times that a loop read its work. */
  reads = 0;
  /** Answers why a turn cannot be stored, as a broken rule of the database would. */
  refusalOf: (turn: Turn) => DomainError | undefined = () => undefined;
  poolOf: () => PoolId = () => POOL;

  constructor(private readonly clock: Clock) {}

  system(vsys: VsysId): VsysRow {
    const row = this.#systems.get(vsys);
    if (row === undefined) throw new Error(`no ${vsys}`);
    return row;
  }

  operation(id: OperationId): OperationRow {
    for (const { operations } of this.#systems.values()) {
      const found = operations.find((operation) => operation.id === id);
      if (found !== undefined) return found;
    }
    throw new Error(`no operation ${id}`);
  }

  /** Who holds the lease, also when it has ended meanwhile. */
  get owner(): string | undefined {
    return this.#lease?.owner;
  }

  get openActions(): readonly ActionRow[] {
    return [...this.actions.values()].filter(({ result }) => result === undefined);
  }

  /** As the API does it: the newest spec with its operation; parts appear as planned. */
  admit(spec: VsysSpec, onFailure: FailurePolicy = 'rollback'): OperationId {
    const before = this.#systems.get(spec.vsysId);
    const generation = (before?.spec.generation ?? 0) + 1;
    const row: VsysRow = before ?? {
      spec,
      observedGeneration: 0,
      reachedSpec: undefined,
      phase: 'provisioning',
      parked: null,
      deleted: false,
      parts: new Map(),
      operations: [],
    };
    row.spec = { ...spec, generation };
    row.parked = null;
    for (const part of partsOf(spec)) {
      if (!row.parts.has(part)) row.parts.set(part, { part, state: 'planned', host: null, reason: null });
    }
    const id = operationNumber(++this.#operations);
    const fresh = {
      id,
      kind: 'vsys.change',
      state: 'queued',
      generation,
      onFailure,
      cancelRequested: false,
      stepsDone: 0,
      stepsTotal: 0,
    } as const;
    row.operations.push({ ...fresh, error: undefined });
    this.#systems.set(spec.vsysId, row);
    return id;
  }

  /** As the API does it: the parked system may be worked on again. */
  resume(vsys: VsysId, operation: OperationId): void {
    this.system(vsys).parked = null;
    this.operation(operation).state = 'running';
  }

  async findWork(vsys: VsysId): Promise<VsysWork | undefined> {
    this.reads += 1;
    await this.#answer();
    const row = this.#systems.get(vsys);
    if (row === undefined || row.deleted) return undefined;
    return structuredClone({
      organizationId: ORGANIZATION,
      poolId: this.poolOf(),
      spec: row.spec,
      phase: row.phase,
      observedGeneration: row.observedGeneration,
      reachedSpec: row.reachedSpec,
      parked: row.parked,
      operations: row.operations.flatMap(asActive),
      openActions: this.openActions.filter(({ action }) => action.part.startsWith(vsys)),
      parts: [...row.parts.values()],
    });
  }

  async commit(fence: Fence, turn: Turn): Promise<void> {
    await this.#answer();
    const fault = this.commitFaults.shift();
    if (fault !== undefined && !fault.after) throw fault.error;
    this.#checkFence(fence);
    const refusal = this.refusalOf(turn);
    if (refusal !== undefined) throw refusal;
    const row = this.system(turn.vsysId);
    if (turn.newSpec !== undefined && row.spec.generation !== turn.generation) {
      throw new DomainError('stale', 'changed meanwhile', { retry: 'same' });
    }
    this.#write(row, fence, structuredClone(turn));
    if (fault !== undefined) throw fault.error;
  }

  async listUnsettled(_pool: PoolId, limit: number): Promise<readonly VsysId[]> {
    await this.#answer();
    const open = [...this.#systems.values()].filter(
      (row) => row.spec.generation !== row.observedGeneration && row.parked === null && !row.deleted,
    );
    return open.slice(0, limit).map((row) => row.spec.vsysId);
  }

  async listLive(_pool: PoolId, after: VsysId | null, limit: number): Promise<readonly VsysId[]> {
    await this.#answer();
    const ids = [...this.#systems].filter(([, row]) => !row.deleted).map(([id]) => id);
    return ids
      .toSorted()
      .filter((id) => after === null || id > after)
      .slice(0, limit);
  }

  async tryAcquire(pool: PoolId, workerId: string, seconds: number): Promise<Fence | undefined> {
    await this.#answer();
    const now = this.clock.now().getTime();
    if (this.#lease !== undefined && this.#lease.until > now) return undefined;
    this.#epoch += 1;
    this.#lease = { owner: workerId, until: now + seconds * 1000, epoch: this.#epoch };
    return { poolId: pool, workerId, epoch: this.#epoch };
  }

  async renew(fence: Fence, seconds: number): Promise<boolean> {
    await this.#answer();
    const now = this.clock.now().getTime();
    if (this.#lease?.epoch !== fence.epoch || this.#lease.until <= now) return false;
    this.#lease.until = now + seconds * 1000;
    return true;
  }

  async release(fence: Fence): Promise<void> {
    await this.#answer();
    if (this.#lease?.epoch === fence.epoch) this.#lease = undefined;
  }

  async list(): Promise<readonly PoolLease[]> {
    await this.#answer();
    const left = (this.#lease?.until ?? 0) - this.clock.now().getTime();
    return [
      { poolId: POOL, owner: left > 0 ? (this.#lease?.owner ?? null) : null, endsInMs: Math.max(0, left) },
    ];
  }

  async #answer(): Promise<void> {
    if (this.delayMs > 0) await this.clock.sleep(this.delayMs);
    if (this.isDown) throw new DomainError('internal', 'database is away', { retry: 'same' });
  }

  #checkFence(fence: Fence): void {
    const now = this.clock.now().getTime();
    if (this.#lease?.epoch === fence.epoch && this.#lease.until > now) return;
    throw new DomainError('lease-lost', 'another worker owns the pool');
  }

  #write(row: VsysRow, fence: Fence, turn: Turn): void {
    this.turns.push(turn);
    for (const intent of turn.intents ?? []) this.#writeIntent(intent, fence);
    for (const result of turn.results ?? []) {
      const action = this.actions.get(result.id);
      if (action !== undefined) action.result ??= result;
    }
    for (const status of turn.parts ?? []) {
      if (status.state === 'gone') row.parts.delete(status.part);
      else row.parts.set(status.part, status);
    }
    this.#writeHoldings(turn);
    for (const update of turn.operations ?? []) writeOperation(row, update);
    writeSystem(row, turn);
  }

  #writeIntent(intent: Intent, fence: Fence): void {
    if (this.actions.has(intent.id)) return;
    const { id, action, attempt, host } = intent;
    this.actions.set(id, { id, action, attempt, host, epoch: fence.epoch, result: undefined });
  }

  #writeHoldings(turn: Turn): void {
    for (const { part, state } of turn.parts ?? []) if (state === 'gone') this.#closeHoldings(part);
    for (const { resource, items } of turn.holdings ?? []) {
      this.#closeHoldings(resource);
      for (const { dimension } of items)
        this.holdings.set(`${resource} ${dimension}`, { part: resource, dimension });
    }
  }

  #closeHoldings(part: PartId): void {
    for (const [key, held] of this.holdings) if (held.part === part) this.holdings.delete(key);
  }
}

function writeOperation(row: VsysRow, update: OperationUpdate): void {
  const operation = row.operations.find(({ id }) => id === update.id);
  if (operation === undefined || !isActive(operation)) return;
  operation.state = update.state;
  operation.stepsDone = update.stepsDone;
  operation.stepsTotal = update.stepsTotal;
  operation.generation = update.generation ?? operation.generation;
  operation.error = update.error ?? operation.error;
}

function writeSystem(row: VsysRow, turn: Turn): void {
  const isNewest = row.spec.generation === turn.generation;
  if (isNewest && turn.phase !== undefined) row.phase = turn.phase;
  if (turn.converged === true) {
    row.observedGeneration = Math.max(row.observedGeneration, turn.generation);
    if (isNewest) row.reachedSpec = row.spec;
  }
  if (isNewest && turn.phase === 'deleted') row.deleted = true;
  if (turn.parked !== undefined && isNewest) row.parked = turn.parked;
  if (turn.newSpec !== undefined) row.spec = turn.newSpec;
}

function isActive(operation: OperationRow): boolean {
  return ['queued', 'running', 'rolling-back'].includes(operation.state);
}

function asActive(operation: OperationRow): ActiveOperation[] {
  const { state } = operation;
  return state === 'queued' || state === 'running' || state === 'rolling-back'
    ? [{ ...operation, state }]
    : [];
}

export function partsOf(spec: VsysSpec): PartId[] {
  const nics = spec.servers.flatMap((server) => server.nics);
  return [...spec.nets, ...spec.servers, ...spec.disks, ...nics, ...spec.publicIps].map(({ id }) => id);
}
