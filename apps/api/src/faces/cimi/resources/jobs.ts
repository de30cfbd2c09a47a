/** Jobs: our operations. Each part that an operation works on is a nested Job. */
import type { OperationRecord, StepRecord } from '@openvsys/persistence';
import { allowedActions, DomainError, isEnded, operationId } from '@openvsys/vsys';
import type { Accepted, AcceptedOperation } from '../../../use-cases/vsys/accepted.js';
import { ref, type Operation, type Representation } from '../model/representation.js';
import { jobWords, pathOfPart } from '../words/jobs.js';
import { jobState } from '../words/states.js';
import { unknown, type CimiContext } from './context.js';
import { doneJob, isDoneJob } from './done-jobs.js';
import type { CollectionFace } from './face.js';
import { imageJobOf } from './image-jobs.js';
import { JOBS, jobPath } from './paths.js';

export function jobsFace(context: CimiContext): CollectionFace {
  const { use, call } = context;
  const get = async (id: string): Promise<Representation> => {
    if (isDoneJob(id)) return doneJob(context, id);
    const { operation, part } = splitId(id);
    const found = await findOperation(context, operation);
    if (found === undefined) return imageJobOf(context, await use.imageOperations.get(call, operation));
    return part === undefined ? jobOf(context, found, found.steps) : nestedJob(found, part);
  };
  return {
    type: 'Job',
    path: JOBS,
    permission: 'operation:read',
    list: async () => [
      ...(await context.all((page) => use.operations.list(call, {}, page))).map((each) =>
        jobOf(context, each),
      ),
      ...(await context.all((page) => use.imageOperations.list(call, {}, page))).map((each) =>
        imageJobOf(context, each),
      ),
    ],
    get,
    actions: {
      stop: {
        permission: 'operation:control',
        run: async (id) => {
          if ((await findOperation(context, id)) === undefined) await use.imageOperations.cancel(call, id);
          else await use.controlOperation.cancel(call, operationId(id));
          return { kind: 'done', resource: await get(id) };
        },
      },
    },
  };
}

/** Undefined: it may be one of images, which are not of a system. */
async function findOperation({ use, call }: CimiContext, id: string) {
  return use.operations.get(call, operationId(id)).catch((error: unknown) => {
    if (error instanceof DomainError && error.code === 'not-found') return undefined;
    throw error;
  });
}

/** An accepted change of a system. */
export function acceptedJob(context: CimiContext, { operation }: Accepted): Representation {
  return jobOf(context, operation);
}

/** `<operation>.<part>` is a nested one. */
function splitId(id: string): { readonly operation: string; readonly part: string | undefined } {
  const [operation = '', part] = id.split('.');
  return { operation, part };
}

export function jobOf(
  context: CimiContext,
  operation: OperationRecord | AcceptedOperation,
  steps: readonly StepRecord[] = [],
): Representation {
  const { id, kind, state, stepsDone, stepsTotal, error, createdAt, startedAt, finishedAt } = operation;
  const { action, target } = jobWords(operation);
  const path = jobPath(id);
  const parts = [...new Set(steps.map(({ part }) => part))];
  const isDone = isEnded(state);
  return {
    type: 'Job',
    id: path,
    attributes: {
      name: kind,
      created: createdAt,
      state: jobState(state, operation.cancelRequested),
      targetResource: ref(target),
      affectedResources: [...new Set([target, `systems/${operation.vsysId}`, ...parts.map(pathOfPart)])].map(
        ref,
      ),
      action,
      ...(isDone ? { returnCode: state === 'succeeded' ? 0 : RETURN_CODE_FAILED } : {}),
      progress: isDone ? 100 : progressOf(stepsDone, stepsTotal),
      statusMessage: error?.message ?? `${stepsDone} of ${stepsTotal} steps`,
      timeOfStatusChange: finishedAt ?? startedAt ?? createdAt,
      nestedJobs: parts.map((part) => ref(`${path}.${part}`)),
    },
    operations: stopOf(context, path, operation),
  };
}

/** Of our own: 0 to 9999 are the standard's. */
const RETURN_CODE_FAILED = 10_001;
const ALMOST = 99;

/** 100 is for what has ended. */
function progressOf(done: number, total: number): number {
  return total === 0 ? 0 : Math.min(ALMOST, Math.floor((done / total) * 100));
}

function stopOf(
  context: CimiContext,
  path: string,
  { state, cancelRequested }: OperationRecord | AcceptedOperation,
): readonly Operation[] {
  const isStoppable = !cancelRequested && allowedActions('operation', state).includes('cancel');
  if (!isStoppable || !context.may('operation:control')) return [];
  return [{ rel: 'action/stop', href: `${path}/stop` }];
}

function nestedJob(operation: OperationRecord & { steps: StepRecord[] }, part: string): Representation {
  const steps = operation.steps.filter((step) => step.part === part);
  const [first] = steps;
  if (first === undefined) throw unknown('Job', `${operation.id}.${part}`);
  const failed = steps.find(({ outcome }) => outcome === 'failed');
  const open = steps.filter(({ outcome }) => outcome === 'running').length;
  const isDone = open === 0 && isEnded(operation.state);
  const states = { failed: 'FAILED', succeeded: 'SUCCESS' };
  return {
    type: 'Job',
    id: `${jobPath(operation.id)}.${part}`,
    attributes: {
      name: `${operation.kind} ${part}`,
      created: first.createdAt,
      state: isDone ? (failed === undefined ? states.succeeded : states.failed) : 'RUNNING',
      targetResource: ref(pathOfPart(part)),
      affectedResources: [ref(pathOfPart(part))],
      action: jobWords(operation).action,
      progress: isDone ? 100 : progressOf(steps.length - open, steps.length + 1),
      statusMessage: failed?.error?.message ?? first.kind,
      timeOfStatusChange: steps.at(-1)?.finishedAt ?? steps.at(-1)?.startedAt ?? first.createdAt,
      parentJob: ref(jobPath(operation.id)),
    },
    operations: [],
  };
}
