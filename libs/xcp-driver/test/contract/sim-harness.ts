/** A driver on a simulated pool, over HTTP or in the same process, and a small loop that brings a VSYS to its spec. */
import {
  createSimPool,
  startSimServer,
  type SimClock,
  type SimPool,
  type SimPoolOptions,
} from '@openvsys/xcp-sim';
import {
  DomainError,
  nextActions,
  type Action,
  type ActionContext,
  type Clock,
  type HostUuid,
  type Hypervisor,
  type ObservedVsys,
  type VsysSpec,
} from '@openvsys/vsys';
import {
  createXcpHypervisor,
  InProcessTransport,
  type XcpHypervisorOptions,
  type XcpPool,
} from '../../src/index.js';

export type Wire = 'http' | 'in-process';
export const WIRES: readonly Wire[] = ['http', 'in-process'];

export interface Bench {
  readonly sim: SimPool;
  readonly hypervisor: XcpPool;
  readonly urls: readonly string[];
  /** The simulated pool's time. */
  readonly clock: Clock;
  /** Another driver on the same pool, as after a crash of the first. Not opened. */
  another(options?: Partial<XcpHypervisorOptions>): XcpPool;
  close(): Promise<void>;
}

const FIRST_PORT = 9001;

export function clockOf(clock: SimClock): Clock {
  return {
    now: () => new Date(clock.now()),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const cancel = clock.schedule(ms, resolve);
        signal?.addEventListener(
          'abort',
          () => {
            cancel();
            reject(signal.reason as Error);
          },
          { once: true },
        );
      }),
  };
}

async function overHttp(options: Partial<SimPoolOptions>): Promise<Omit<Bench, 'hypervisor'>> {
  const server = await startSimServer({ clock: { mode: 'real' }, profile: 'instant', ...options });
  const urls = server.hosts.map((host) => host.url);
  const clock = clockOf(server.clock);
  return {
    sim: server.pool,
    urls,
    clock,
    another: (more) => createXcpHypervisor({ ...credentials(urls), clock, ...more }),
    close: () => server.close(),
  };
}

async function inProcess(options: Partial<SimPoolOptions>): Promise<Omit<Bench, 'hypervisor'>> {
  const made = createSimPool({
    clock: { mode: 'virtual', auto: true },
    profile: 'default-nfs',
    hostAddress: (index) => `127.0.0.1:${FIRST_PORT + index}`,
    ...options,
  });
  const clock = clockOf(made.clock);
  const urls = made.pool.hosts.map((_, index) => `http://127.0.0.1:${FIRST_PORT + index}`);
  const transportFor = (url: string): InProcessTransport => {
    const index = Number(new URL(url).port) - FIRST_PORT;
    const host = made.transportFor(index);
    return new InProcessTransport(url, async (method, params, signal) => {
      if (!made.pool.hostAt(index).reachable)
        throw Object.assign(new Error('unreachable'), { kind: 'refused' });
      return host.call(method, params, signal);
    });
  };
  return {
    sim: made.pool,
    urls,
    clock,
    another: (more) =>
      createXcpHypervisor({
        ...credentials(urls),
        clock,
        transportFor,
        random: () => 0.5,
        ...more,
      }),
    close: async () => made.close(),
  };
}

const credentials = (urls: readonly string[]) => ({
  urls,
  username: 'root',
  password: 'secret',
  originator: 'test-driver',
});

export async function openBench(
  wire: Wire,
  options: Partial<SimPoolOptions> = {},
  driver: Partial<XcpHypervisorOptions> = {},
): Promise<Bench> {
  const base = wire === 'http' ? await overHttp(options) : await inProcess(options);
  const hypervisor = base.another(driver);
  await hypervisor.open(new AbortController().signal);
  return {
    ...base,
    hypervisor,
    close: async () => {
      await hypervisor.close();
      await base.close();
    },
  };
}

/** All actions of an engine share one signal. */
const LEASE = new AbortController();

let attempts = 0;

export function contextFor(
  hypervisor: Hypervisor,
  action: Action,
  signal: ActionContext['signal'] = LEASE.signal,
): ActionContext {
  attempts += 1;
  const host = action.kind === 'vserver.start' ? chooseHost(hypervisor) : null;
  return { actionId: `attempt-${attempts}`, host, signal };
}

function chooseHost(hypervisor: Hypervisor): HostUuid {
  const hosts = hypervisor.capacity().hosts.filter((host) => host.available);
  return hosts.toSorted((a, b) => b.freeMemoryMiB - a.freeMemoryMiB)[0]!.uuid;
}

/** Does everything that is due, wave by wave; what each wave performed. Fails when it does not end. */
export async function converge(hypervisor: Hypervisor, spec: VsysSpec): Promise<Action[]> {
  const done: Action[] = [];
  for (let wave = 0; wave < 40; wave += 1) {
    const actions = nextActions(spec, hypervisor.observe(spec.vsysId));
    if (actions.length === 0) return done;
    await Promise.all(actions.map((action) => hypervisor.perform(action, contextFor(hypervisor, action))));
    done.push(...actions);
  }
  throw new Error('the system does not converge');
}

/** The storage keeps hidden base copies below images for a while; they are its own business. */
export function liveObjects(sim: SimPool): Record<string, number> {
  const count = (cls: string): number => sim.db.rows(cls).length;
  return {
    VM: count('VM'),
    VDI: sim.db.rows('VDI').filter((vdi) => vdi.bool('managed')).length,
    VBD: count('VBD'),
    VIF: count('VIF'),
    network: count('network'),
    PIF: count('PIF'),
    VLAN: count('VLAN'),
  };
}

export const summaryOf = (observed: ObservedVsys) => ({
  nets: observed.nets.length,
  running: observed.servers.filter((server) => server.power === 'running').length,
  disks: observed.disks.filter((disk) => disk.attachedTo !== null).length,
  nics: observed.nics.length,
});

const MOST_ATTEMPTS = 12;
const PAUSE_MS = 10_000;

/** What the engine does with one action: repeats what may be repeated, settles what is uncertain. Answers the attempts. */
export async function performReliably(
  { hypervisor, clock }: Pick<Bench, 'hypervisor' | 'clock'>,
  action: Action,
): Promise<number> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const context = contextFor(hypervisor, action);
    try {
      await hypervisor.perform(action, context);
      return attempt;
    } catch (error) {
      if (!(error instanceof DomainError) || error.retry === 'never' || error.retry === 'after-change')
        throw error;
      if (error.code === 'uncertain' && (await settleFully(hypervisor, action, context, clock)) === 'done')
        return attempt;
      await clock.sleep(PAUSE_MS);
    }
  }
  throw new Error(`${action.kind} did not succeed`);
}

export async function settleFully(
  hypervisor: Hypervisor,
  action: Action,
  context: ActionContext,
  clock?: Pick<Bench['clock'], 'sleep'>,
): Promise<string> {
  for (let ask = 0; ask < 2_000; ask += 1) {
    // A pool that is away cannot be asked; the question stays.
    const settlement = await hypervisor.settle(action, context).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'pool-unreachable') return undefined;
      throw error;
    });
    if (settlement === undefined) await clock?.sleep(PAUSE_MS);
    else if (settlement.is !== 'running') return settlement.is;
  }
  throw new Error('the action runs for ever');
}

/** Like `converge`, over faults. */
export async function convergeReliably(
  bench: Pick<Bench, 'hypervisor' | 'clock'>,
  spec: VsysSpec,
): Promise<void> {
  for (let wave = 0; wave < 40; wave += 1) {
    const actions = nextActions(spec, bench.hypervisor.observe(spec.vsysId));
    if (actions.length === 0) return;
    await Promise.all(actions.map((action) => performReliably(bench, action)));
  }
  throw new Error('the system does not converge');
}

/** An administrator beside the driver. */
export async function administrator({ sim }: Bench) {
  const dispatch = async (method: string, ...params: unknown[]): Promise<unknown> =>
    (await sim.dispatch(0, { method, params })).value;
  const session = await dispatch('session.login_with_password', 'root', 'secret', '1.0', 'admin');
  return { call: (method: string, ...params: unknown[]) => dispatch(method, session, ...params) };
}
