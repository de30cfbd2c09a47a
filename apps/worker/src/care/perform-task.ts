/** One operation of a pool, done once. What it throws decides whether it is tried again. */
import { getRemovableOrphan } from '@openvsys/persistence';
import {
  DomainError,
  isImageTask,
  reportOf,
  type HostUuid,
  type MaintenanceProgress,
  type OpenPoolOperation,
  type PoolOperationEnd,
} from '@openvsys/vsys';
import type { WorkerParts } from '../worker-parts.js';
import type { OwnerTerm } from './owner-tasks.js';
import { performImageTask } from './perform-image-task.js';
import { ProgressTeller } from './progress-teller.js';
import { countFindings, surveyPool } from './survey.js';

export async function performTask(
  operation: OpenPoolOperation,
  term: OwnerTerm,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<PoolOperationEnd> {
  const { task } = operation;
  if (isImageTask(task)) return performImageTask(operation.id, task, term, parts, signal);
  const { care } = term.pool;
  switch (task.kind) {
    case 'pool.audit':
      return succeeded({ ...countFindings(await surveyPool(care, term.fence, parts)) });
    case 'host.plan':
      return succeeded({ ...(await care.planMaintenance(task.host, signal)) });
    case 'host.maintain':
      return maintain(operation.id, task, term, parts, signal);
    case 'host.return':
      await care.leaveMaintenance(task.host, signal);
      await tellChange(term, parts, signal);
      return succeeded({ host: task.host });
    case 'orphan.remove':
      return removeOrphan(task.uuid, term, parts, signal);
    case 'pool.register':
    case 'pool.update':
      throw new DomainError('internal', `${task.kind} is not for the owner of a pool.`);
  }
}

const succeeded = (result: object): PoolOperationEnd => ({ state: 'succeeded', result });

async function maintain(
  id: string,
  task: { readonly host: HostUuid; readonly concurrency: number },
  term: OwnerTerm,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<PoolOperationEnd> {
  const teller = new ProgressTeller(id, term, parts);
  const { host, concurrency } = task;
  const onProgress = (progress: MaintenanceProgress): void => teller.tell(progress);
  const entering = term.pool.care.enterMaintenance(host, { concurrency, onProgress, signal });
  const [ended] = await Promise.allSettled([entering]);
  await teller.settled();
  if (ended.status === 'rejected') throw ended.reason;
  await tellChange(term, parts, signal);
  const { moved, obstacles } = ended.value;
  const result = { host, moved, obstacles };
  if (obstacles.length === 0) return succeeded(result);
  const error = new DomainError(
    'conflict',
    `${obstacles.length} servers cannot leave the host, which stays disabled.`,
    {
      remedy: 'Stop them or remove what keeps them, then repeat; or return the host to service.',
      details: { obstacles },
    },
  );
  return { state: 'failed', result, error: reportOf(error) };
}

/** Admission and lists see a host that was closed or opened at once, not at the next turn of a schedule. */
export async function tellChange(term: OwnerTerm, parts: WorkerParts, signal: AbortSignal): Promise<void> {
  const { fence, pool } = term;
  const now = parts.clock.now();
  await parts.capacity.replace(fence, pool.capacity(), now);
  await parts.pools.describe(fence.poolId, await pool.care.describe(signal), now);
}

async function removeOrphan(
  uuid: string,
  term: OwnerTerm,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<PoolOperationEnd> {
  // Looked at anew: what was an orphan minutes ago may be somebody's system now.
  await surveyPool(term.pool.care, term.fence, parts);
  const orphan = await parts.database.session((session) =>
    getRemovableOrphan(session, term.fence.poolId, uuid),
  );
  await term.pool.care.removeOrphan({ uuid, vsys: orphan.vsysId }, signal);
  await surveyPool(term.pool.care, term.fence, parts);
  return succeeded({ uuid, class: orphan.class, vsysId: orphan.vsysId });
}
