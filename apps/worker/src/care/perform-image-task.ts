/**
 * What is done with images in a pool. Each attempt has an id of its own, so that what a killed worker left of the last one
 * is swept before the next begins; what was whole already is found and not made again.
 */
import { randomBytes } from 'node:crypto';
import {
  DomainError,
  type ImageTask,
  type ImportedImage,
  type PoolOperationEnd,
  type TransferProgress,
} from '@openvsys/vsys';
import type { WorkerParts } from '../worker-parts.js';
import type { OwnerTerm } from './owner-tasks.js';
import { ProgressTeller } from './progress-teller.js';

const GIB = 2 ** 30;
const OK = 200;
/** Enough for 1 TiB over a line of 1 Gbit/s. */
const FETCH_MS = 3 * 60 * 60_000;

type TaskOf<Kind extends ImageTask['kind']> = Extract<ImageTask, { kind: Kind }>;

interface Work {
  readonly id: string;
  readonly term: OwnerTerm;
  readonly parts: WorkerParts;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: TransferProgress) => void;
}

/** Throws DomainError: those that pass are tried again by the caller. */
export async function performImageTask(
  id: string,
  task: ImageTask,
  term: OwnerTerm,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<PoolOperationEnd> {
  const teller = new ProgressTeller(id, term, parts);
  const work: Work = { id, term, parts, signal, onProgress: percentTo(teller) };
  const [ended] = await Promise.allSettled([perform(task, work)]);
  await teller.settled();
  if (ended.status === 'rejected') throw ended.reason;
  // Admission sees what came or went before anybody hears that it did.
  await parts.capacity.replace(term.fence, term.pool.capacity(), parts.clock.now());
  return { state: 'succeeded', result: ended.value };
}

async function perform(task: ImageTask, work: Work): Promise<object> {
  const { images } = work.term.pool;
  switch (task.kind) {
    case 'image.fetch':
      return fetchContent(task, work);
    case 'image.import':
      return bring(task, work);
    case 'image.capture':
      return capture(task, work);
    case 'image.prefetch':
      return factsOf(await images.prefetchImage(task.image, task.sr, work), work);
    case 'image.remove':
      await images.removeImage({ name: task.image, sr: task.sr }, work.signal);
      return { sr: task.sr };
    case 'image.export':
      return give(task, images.exportContent({ name: task.image, sr: task.sr }, task.format, work), work);
    case 'server.export':
      return give(task, images.exportContent(task.server, task.format, work), work);
  }
}

/** A file that a killed worker began is fetched anew. */
async function fetchContent(task: TaskOf<'image.fetch'>, work: Work): Promise<object> {
  const { parts, signal, onProgress } = work;
  const { url, maxBytes, file } = task;
  const answer = await parts.outbound.stream({ method: 'GET', url, maxBytes, timeoutMs: FETCH_MS, signal });
  if (answer.status !== OK) {
    answer.body.destroy();
    throw new DomainError('target-unreachable', `The address answers with ${answer.status}.`, {
      pointer: '/url',
      retry: 'after-change',
      remedy: 'Give an address that can be fetched without a login.',
      details: { status: answer.status },
    });
  }
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  const total = Number.isSafeInteger(length) ? length : null;
  async function* counted(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of answer.body) {
      yield chunk;
      bytes += chunk.length;
      onProgress({ stage: 'reading', bytes, total });
    }
  }
  const { bytes } = await parts.spool.write(counted(), maxBytes, file);
  return { bytes };
}

async function bring(task: TaskOf<'image.import'>, work: Work): Promise<object> {
  const { images } = work.term.pool;
  await images.sweepImports(new Set(), work.signal);
  const there = images.listImages().find(({ name, sr }) => name === task.image && sr === task.sr);
  if (there !== undefined) return factsOf(there, work);
  const { files, bytes, sha256 } = task;
  const source = { bytes, open: (signal: AbortSignal) => work.parts.spool.read(files, signal) };
  const made = await images.importImage({
    importId: attemptOf(work),
    name: task.image,
    sr: task.sr,
    format: task.format,
    source,
    ...(sha256 === null ? {} : { sha256 }),
    signal: work.signal,
    onProgress: work.onProgress,
  });
  return factsOf(made, work);
}

async function capture(task: TaskOf<'image.capture'>, work: Work): Promise<object> {
  const { images } = work.term.pool;
  await images.sweepImports(new Set(), work.signal);
  const there = images.listImages().find(({ name }) => name === task.image);
  if (there !== undefined) return factsOf(there, work);
  const { server, snapshot, sr } = task;
  const { signal, onProgress } = work;
  const importId = attemptOf(work);
  return factsOf(
    await images.captureImage({ importId, name: task.image, server, snapshot, sr, signal, onProgress }),
    work,
  );
}

/** A file that a killed worker began is written anew. */
async function give(
  { file, maxBytes }: { readonly file: string; readonly maxBytes: number },
  content: AsyncIterable<Uint8Array>,
  { parts }: Work,
): Promise<object> {
  const { bytes } = await parts.spool.write(content, maxBytes, file);
  return { bytes };
}

const attemptOf = ({ id }: Work): string => `${id}-${randomBytes(4).toString('hex')}`;

/** The system disk is the first one; sizes of others count in the whole. */
function factsOf({ uuid, name, sr, sizeBytes, disks, sha256 }: ImportedImage, { term }: Work): object {
  const seen = term.pool.capacity().images.find((image) => image.name === name && image.sr === sr);
  const sizeGiB = Math.ceil(sizeBytes / GIB);
  return { uuid, sr, sizeGiB, systemDiskGiB: seen?.systemDiskGiB ?? sizeGiB, disks, sha256: sha256 || null };
}

/** Every per cent at most, so that a quick transfer does not write all the time. */
function percentTo(teller: ProgressTeller): (progress: TransferProgress) => void {
  let told = '';
  return ({ stage, bytes, total }) => {
    const percent = total === null || total === 0 ? null : Math.floor((bytes / total) * 100);
    const key = `${stage} ${percent ?? Math.floor(bytes / GIB)}`;
    if (key === told) return;
    told = key;
    teller.tell({ stage, bytes, total, percent });
  };
}
