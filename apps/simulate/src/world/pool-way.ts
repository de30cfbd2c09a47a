/**
 * The way from a worker to the pool, with places where a strike can hit: what is asked for an action is known by the
 * context that the action runs in, so that a call, its answer and the action belong together.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createXcpHypervisor, InProcessTransport } from '@openvsys/xcp-driver';
import type { Action, Clock } from '@openvsys/vsys';
import type { ManagedPool } from '@openvsys/worker';
import type { InProcessPool } from '@openvsys/xcp-sim';
import { FIRST_PORT } from './installation.js';
import type { EngineMonitor } from '../judge/engine-monitor.js';
import type { Strikes } from './strikes.js';
import type { WorkerProcess } from './worker-process.js';

const acting = new AsyncLocalStorage<Action>();

/** What changes nothing is not worth hitting: the same question is asked again. */
const LOOKS = /^(session|task|event|host)\.|\.get_|\.query/;

export interface Way {
  readonly sim: InProcessPool;
  readonly process: WorkerProcess;
  readonly clock: Clock;
  readonly random: () => number;
  readonly strikes: Strikes | undefined;
  readonly monitor: EngineMonitor | undefined;
}

export function connectPool(way: Way): ManagedPool {
  const { sim, process } = way;
  const pool = createXcpHypervisor({
    urls: sim.pool.hosts.map((_, index) => `http://127.0.0.1:${FIRST_PORT + index}`),
    username: 'root',
    password: 'secret',
    originator: process.name,
    clock: way.clock,
    random: way.random,
    transportFor: (url) => new InProcessTransport(url, callOf(way, Number(new URL(url).port) - FIRST_PORT)),
  });
  return new Proxy<ManagedPool>(pool, {
    get: (target, name) => {
      // Figures come over HTTP, which does not belong to this world.
      if (name === 'metrics') return { follow: silence };
      if (name === 'perform') {
        const perform: ManagedPool['perform'] = async (action, context) =>
          await acting.run(action, async () => {
            const ended = way.monitor?.begin(action, context.actionId, process.name);
            const work = async () => await target.perform(action, context).finally(() => ended?.());
            return await (way.strikes === undefined ? work() : way.strikes.during(process, action, work));
          });
        return perform;
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

type Call = (method: string, params: readonly unknown[], signal?: AbortSignal) => Promise<unknown>;

function callOf({ sim, process, strikes }: Way, host: number): Call {
  const transport = sim.transportFor(host);
  return async (method, params, signal) => {
    const ask = async () =>
      await process.call(async () => await transport.call(method, params, asHangUp(signal)));
    const action = acting.getStore();
    if (action === undefined || strikes === undefined || LOOKS.test(method)) return await ask();
    return await strikes.around({ process, action, method }, ask);
  };
}

/** A caller that gives up looks like a closed connection to the pool, whatever its reason was. */
function asHangUp(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const connection = new AbortController();
  const hangUp = () =>
    connection.abort(Object.assign(new Error('closed by the caller'), { kind: 'disconnected' }));
  if (signal.aborted) hangUp();
  else signal.addEventListener('abort', hangUp, { once: true });
  return connection.signal;
}

/** Ends when nobody listens any more, without having said anything. */
function silence({ signal }: { readonly signal: AbortSignal }): AsyncIterable<never> {
  const end = async () =>
    await new Promise<IteratorResult<never>>((resolve) => {
      const done = () => resolve({ done: true, value: undefined });
      if (signal.aborted) done();
      else signal.addEventListener('abort', done, { once: true });
    });
  return { [Symbol.asyncIterator]: () => ({ next: end }) };
}
