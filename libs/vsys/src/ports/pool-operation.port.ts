/**
 * What was asked to be done with a pool, by the provider, or by whoever's image it is about. The API only writes it down; a worker does it.
 *
 *   queued ──worker takes it──► running ──► succeeded | failed | cancelled
 *                                 ▲   │ worker died
 *                                 └───┘ the next one goes on from what it finds in the pool
 */
import type { ErrorReport } from '../errors.js';
import type { HostUuid, PoolId, SnapshotId, SrUuid, VServerId } from '../ids.js';
import type { ExportFormat, UploadFormat } from '../images/image-states.js';
import type { PoolDescription, PoolLogin } from './pool-care.port.js';

export const POOL_OPERATION_KINDS = [
  'pool.register', // look at the pool and store it
  'pool.update', // try another login and store it
  'pool.audit', // compare the pool with the database now
  'host.plan', // what emptying a host would mean
  'host.maintain', // empty a host
  'host.return', // take a host back into service
  'orphan.remove', // remove one object that provably belongs to nothing
  'image.fetch', // get the content of an image from where its owner says
  'image.import', // make an image of what was uploaded or fetched
  'image.capture', // make an image of a server's system disk
  'image.prefetch', // copy an image to another storage
  'image.remove', // remove an image from a storage
  'image.export', // write an image to the spool folder, for a download or another pool
  'server.export', // write a stopped server's system disk to the spool folder
] as const;
export type PoolOperationKind = (typeof POOL_OPERATION_KINDS)[number];

export const POOL_OPERATION_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type PoolOperationState = (typeof POOL_OPERATION_STATES)[number];

/** Kinds that need no owner of the pool, because there is none yet or it may be unable to log in. */
export const PROBE_KINDS = ['pool.register', 'pool.update'] as const satisfies readonly PoolOperationKind[];

/** The login without its password, which is kept sealed and apart. */
export type OpenLogin = Omit<PoolLogin, 'password'>;

export type PoolTask =
  | {
      readonly kind: 'pool.register';
      readonly name: string;
      readonly zoneId: string;
      readonly vlanFirst: number;
      readonly vlanLast: number;
      readonly login: OpenLogin;
    }
  | { readonly kind: 'pool.update'; readonly name: string; readonly login: OpenLogin }
  | { readonly kind: 'pool.audit' }
  | { readonly kind: 'host.plan' | 'host.return'; readonly host: HostUuid }
  | { readonly kind: 'host.maintain'; readonly host: HostUuid; readonly concurrency: number }
  | { readonly kind: 'orphan.remove'; readonly uuid: string }
  | ImageTask;

/** `image` is always the name of the template; files are names in the spool folder. */
export type ImageTask =
  | {
      readonly kind: 'image.fetch';
      readonly image: string;
      readonly url: string;
      readonly format: UploadFormat;
      readonly file: string;
      readonly maxBytes: number;
      readonly sha256: string | null;
      /** Where it is brought afterwards. */
      readonly targets: readonly { readonly poolId: PoolId; readonly sr: SrUuid }[];
    }
  | {
      readonly kind: 'image.import';
      readonly image: string;
      readonly sr: SrUuid;
      readonly format: UploadFormat;
      readonly files: readonly string[];
      readonly bytes: number;
      readonly sha256: string | null;
    }
  | {
      readonly kind: 'image.capture';
      readonly image: string;
      readonly sr: SrUuid | null;
      readonly server: VServerId;
      /** Null: the server as it is, which has to be stopped. */
      readonly snapshot: SnapshotId | null;
    }
  | { readonly kind: 'image.prefetch' | 'image.remove'; readonly image: string; readonly sr: SrUuid }
  | {
      readonly kind: 'image.export';
      readonly image: string;
      readonly sr: SrUuid;
      readonly format: ExportFormat;
      readonly file: string;
      readonly maxBytes: number;
      /** The pool that is to have it; absent: a download. */
      readonly forPool?: { readonly poolId: PoolId; readonly sr: SrUuid };
    }
  | {
      readonly kind: 'server.export';
      readonly server: VServerId;
      readonly format: ExportFormat;
      readonly file: string;
      readonly maxBytes: number;
    };

export const IMAGE_TASK_KINDS = [
  'image.fetch',
  'image.import',
  'image.capture',
  'image.prefetch',
  'image.remove',
  'image.export',
  'server.export',
] as const satisfies readonly ImageTask['kind'][];

export function isImageTask(task: PoolTask): task is ImageTask {
  return IMAGE_TASK_KINDS.some((kind) => kind === task.kind);
}

export interface OpenPoolOperation {
  readonly id: string;
  readonly poolId: PoolId;
  readonly task: PoolTask;
  readonly cancelRequested: boolean;
}

export interface PoolOperationEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly result?: object;
  readonly error?: ErrorReport;
}

/** Looks at a pool that is not served yet. */
export interface PoolProbe {
  /**
   * Logs in, follows a member to its coordinator and describes the pool; leaves no session. The password is sent to
   * nobody whose certificate is not trusted. Throws `pool-unreachable` and `pool-refused`; when a certificate was not
   * confirmed yet, its details hold `certificates: [{url, fingerprint}]`.
   */
  probe(login: PoolLogin, signal: AbortSignal): Promise<PoolDescription>;
}
