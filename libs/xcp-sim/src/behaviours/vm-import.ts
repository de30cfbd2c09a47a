// Purpose: VM.import: the server itself fetches an archive and imports it.
import { isNullRef } from '../datamodel/xen-value.js';
import { receiveArchive } from '../server/xva/import-vm.js';
import { timed, type BehaviourTable } from '../dispatch/behaviour.js';
import { usableSr } from './vdi-work.js';
import { XenFailure } from '../core/failure.js';
import type { Args } from '../dispatch/args.js';
import type { Call } from '../core/call.js';
import type { XenValue } from '../datamodel/xen-value.js';

/** XenAPI VM.import(url, sr, full_restore, force). @throws XenFailure IMPORT_ERROR for what cannot be fetched */
async function importFrom(call: Call, args: Args): Promise<XenValue> {
  const { sim } = call;
  const wanted = isNullRef(args.ref(1)) ? sim.pool.link('default_SR') : args.ref(1);
  const sr = usableSr(sim, wanted, 'VDI_CREATE');
  const { body, bytes } = await fetchArchive(args.text(0), call.signal);
  const { value } = await receiveArchive(call, body, bytes, {
    sr,
    restore: args.flag(2),
    check: args.flag(3) ? 'ignore checksums' : 'check',
    keep: 'all',
  });
  return value;
}

interface Fetched {
  body: AsyncIterable<Uint8Array>;
  /** 0: not announced. */
  bytes: number;
}

async function fetchArchive(url: string, signal: AbortSignal): Promise<Fetched> {
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  if (scheme !== 'http:' && scheme !== 'https:') throw new XenFailure('IMPORT_ERROR', `cannot fetch ${url}`);
  const answer = await fetch(url, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new XenFailure('IMPORT_ERROR', `cannot fetch ${url}: ${String(error)}`);
  });
  if (!answer.ok || answer.body === null)
    throw new XenFailure('IMPORT_ERROR', `cannot fetch ${url}: HTTP ${answer.status}`);
  return { body: answer.body, bytes: Number(answer.headers.get('content-length') ?? 0) };
}

export const VM_IMPORT: BehaviourTable = {
  'VM.import': timed(importFrom),
};
