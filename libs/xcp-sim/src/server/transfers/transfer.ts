// Purpose: an upload or download as a call: with a task (the client's by `task_id`, else one of its own), progress, an
// entry in the log, fault rules, and ends from outside: task.cancel, a client that left, a toolstack restart.
//
//   begin ──► work ──ok──► task success, result    What the client sees over HTTP may differ: 200 is often sent long
//               ├─error──► task failure            before the outcome is known.
//               └─302────► task untouched: the other host goes on with it
import { Call } from '../../core/call.js';
import { Disconnected, XenFailure } from '../../core/failure.js';
import { sendPage } from '../http-answers.js';
import { methodOf, objectsOf, wantedFailure } from './handler-faults.js';
import { redirectTo, type Exchange } from './exchange.js';
import type { Row } from '../../database/row.js';
import type { XenType } from '../../datamodel/type-expression.js';
import type { XenValue } from '../../datamodel/xen-value.js';

/** Progress is written in steps of a hundredth: each write is an event for every watcher. */
const PROGRESS_STEP = 0.01;

export interface TransferResult {
  type: XenType;
  value: XenValue;
}

export const NOTHING: TransferResult = { type: { kind: 'void' }, value: '' };

/** A request that no task can repair: the page says it all. */
export class RefusedRequest extends Error {
  constructor(readonly status: number) {
    super(`the request was refused with HTTP ${status}`);
  }
}

/** Another host has to serve the request. */
export class ServedElsewhere extends Error {
  constructor(readonly host: Row) {
    super(`served by ${host.ref}`);
  }
}

export class Transfer extends Call {
  private lastProgress = 0;

  /** `fraction` 0–1 of the work. @throws the reason why the transfer has to end */
  override progress(fraction: number): void {
    this.signal.throwIfAborted();
    if (fraction - this.lastProgress < PROGRESS_STEP) return;
    this.lastProgress = fraction;
    super.progress(Math.min(fraction, 1));
  }
}

/**
 * Runs a handler with a task. Errors before the head of the answer become pages (302, the status of RefusedRequest, 500);
 * after it the connection is cut, downloads get the text of an error page into their body (a bug of the real server).
 */
export async function runTransfer(
  exchange: Exchange,
  label: string,
  work: (transfer: Transfer) => Promise<TransferResult>,
): Promise<void> {
  const transfer = beginTransfer(exchange, label);
  if (transfer === undefined) return sendPage(exchange.response, 500);
  try {
    failIfWanted(exchange, 'before');
    const { type, value } = await work(transfer);
    failIfWanted(exchange, 'after');
    if (transfer.task !== undefined) exchange.sim.tasks.succeed(transfer.task, type, value);
    closeLog(exchange, transfer, 'ok');
    exchange.response.end();
  } catch (error) {
    endBadly(exchange, transfer, error);
  }
}

function failIfWanted({ fault }: Exchange, when: 'before' | 'after'): void {
  const wanted = wantedFailure(fault, when);
  if (wanted !== undefined) throw new XenFailure(wanted.code, ...wanted.params);
}

/** Undefined for a `task_id` that names no task. */
function beginTransfer(exchange: Exchange, label: string): Transfer | undefined {
  const { sim, session, host, query, request, response } = exchange;
  const wanted = query.get('task_id') ?? headerText(request.headers['task_id']);
  const task = wanted === null ? sim.tasks.create(label, '', session.ref) : sim.db.find('task', wanted);
  if (task === undefined) return undefined;
  const method = methodOf(exchange);
  const entry = sim.log.open({
    host: host.uuid,
    method,
    originator: session.text('originator'),
    session: session.ref,
    start: sim.clock.now(),
    objects: objectsOf(exchange),
  });
  entry.task = task.ref;
  entry.fault = exchange.fault?.kind ?? null;
  const transfer = new Transfer(sim, { method, host, session, task, entry });
  sim.tasks.begin(transfer);
  response.once('close', () => {
    if (!response.writableFinished) transfer.stop(new Disconnected('the client left'));
  });
  return transfer;
}

function endBadly(exchange: Exchange, transfer: Transfer, error: unknown): void {
  const { sim, response, request } = exchange;
  if (error instanceof ServedElsewhere) {
    closeLog(exchange, transfer, 'http-302');
    if (exchange.query.get('task_id') === null && transfer.task !== undefined)
      sim.tasks.forget(transfer.task);
    return redirectTo(exchange, error.host);
  }
  const failure = failureOf(error);
  if (transfer.task !== undefined) sim.tasks.fail(transfer.task, failure);
  closeLog(exchange, transfer, failure.code);
  const known =
    error instanceof XenFailure || error instanceof RefusedRequest || error instanceof Disconnected;
  if (!known && !response.closed) sim.reportCrash(error);
  if (!response.headersSent) {
    const status = error instanceof RefusedRequest ? error.status : 500;
    return sendPage(response, status, { 'task-id': transfer.task?.ref ?? '' });
  }
  if (request.method === 'GET')
    response.end('HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\n\r\n');
  else response.end(() => request.destroy());
}

/** What the task of a failed transfer shows; a client that left looks like a broken device. */
function failureOf(error: unknown): XenFailure {
  if (error instanceof XenFailure) return error;
  if (error instanceof RefusedRequest) return new XenFailure('INTERNAL_ERROR', error.message);
  return new XenFailure('VDI_IO_ERROR', 'Device I/O errors');
}

function closeLog({ sim }: Exchange, transfer: Transfer, outcome: string): void {
  sim.log.close(transfer.entry, sim.clock.now(), outcome);
  sim.log.closeTask(transfer.entry, sim.clock.now(), outcome);
}

function headerText(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
