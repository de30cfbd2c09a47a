/** Jobs about images: taken from servers, brought to storages, removed. */
import type { ImageOperationRecord } from '@openvsys/persistence';
import { ref, type Representation } from '../model/representation.js';
import { jobState } from '../words/states.js';
import type { CimiContext } from './context.js';
import { jobPath, MACHINE_IMAGES } from './paths.js';

const RETURN_CODE_FAILED = 10_001;
const ACTIONS: Readonly<Record<string, string>> = { 'image.capture': 'capture', 'image.remove': 'delete' };

export function imageJobOf(context: CimiContext, operation: ImageOperationRecord): Representation {
  const { id, kind, state, image, error, cancelRequested, createdAt, startedAt, finishedAt } = operation;
  const isDone = finishedAt !== null;
  const isStoppable = !isDone && !cancelRequested && context.may('image:manage');
  return {
    type: 'Job',
    id: jobPath(id),
    attributes: {
      name: kind,
      created: createdAt,
      state: jobState(state, cancelRequested),
      targetResource: ref(MACHINE_IMAGES),
      affectedResources: [ref(MACHINE_IMAGES)],
      action: `action/${ACTIONS[kind] ?? 'edit'}`,
      ...(isDone ? { returnCode: state === 'succeeded' ? 0 : RETURN_CODE_FAILED } : {}),
      progress: isDone ? 100 : 0,
      statusMessage: error?.message ?? image ?? kind,
      timeOfStatusChange: finishedAt ?? startedAt ?? createdAt,
    },
    operations: isStoppable ? [{ rel: 'action/stop', href: `${jobPath(id)}/stop` }] : [],
  };
}
