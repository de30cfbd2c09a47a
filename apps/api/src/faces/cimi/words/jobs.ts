/** What our operations are called as Jobs: the action, and the resource that it is done to. */
import type { OperationRecord } from '@openvsys/persistence';

/** Verbs at the end of an operation's kind. Others are edits. */
const ACTIONS: Readonly<Record<string, string>> = {
  create: 'add',
  clone: 'add',
  delete: 'delete',
  bin: 'delete',
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  pause: 'pause',
  suspend: 'suspend',
  revert: 'restore',
};

/** Nouns at the begin of an operation's kind, with where such things are and the collection that they are added to. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  vsys: 'systems',
  vserver: 'machines',
  vdisk: 'volumes',
  vnet: 'networks',
  nic: 'machines',
  'public-ip': 'addresses',
  snapshot: 'machine_images',
};

export interface JobWords {
  readonly action: string;
  readonly target: string;
}

type Named = Pick<OperationRecord, 'kind' | 'vsysId'>;

export function jobWords({ kind, vsysId }: Named): JobWords {
  const [noun = '', verb = ''] = kind.split('.');
  const action = noun === 'snapshot' && verb === 'create' ? 'snapshot' : (ACTIONS[verb] ?? 'edit');
  const collection = COLLECTIONS[noun] ?? 'systems';
  return { action: `action/${action}`, target: action === 'add' ? collection : `systems/${vsysId}` };
}

/** The path of a part of a system by the letter in its id. */
export function pathOfPart(id: string): string {
  const letter = /^[A-Z0-9]{8}-[A-Z0-9]{9}(?:-([A-Z])-[A-Z0-9-]+)?$/.exec(id)?.[1];
  return `${PATHS[letter ?? ''] ?? 'systems'}/${id}`;
}
const PATHS: Readonly<Record<string, string>> = {
  S: 'machines',
  D: 'volumes',
  N: 'networks',
  P: 'addresses',
  X: 'machine_images',
};
