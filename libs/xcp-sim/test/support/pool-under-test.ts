// Purpose: a logged-in client of an in-process pool, with the few shorthands the tests share.
import {
  createSimPool,
  VirtualClock,
  virtualClockOf,
  type SimPool,
  type SimPoolOptions,
  type SimTransport,
} from '@openvsys/xcp-sim';

export interface Client {
  pool: SimPool;
  clock: VirtualClock;
  transport: SimTransport;
  session: string;
  /** A call with the session in front. */
  call<T = string>(method: string, ...params: unknown[]): Promise<T>;
  /** Starts `Async.<method>`, waits for the end, answers its outcome. */
  run(method: string, ...params: unknown[]): Promise<{ status: string; result: string; error: string[] }>;
  template(name?: string): Promise<string>;
  close(): void;
}

export const GIB = 2 ** 30;

/** A pool in virtual time that advances by itself; everything below default is instant. */
export async function clientOf(options: Partial<SimPoolOptions> = {}): Promise<Client> {
  const sim = createSimPool({ clock: { mode: 'virtual', auto: true }, ...options });
  const transport = sim.transportFor(0);
  const session = (await transport.call('session.login_with_password', [
    'root',
    'secret',
    '1.0',
    'tests',
  ])) as string;
  const call = async <T = string>(method: string, ...params: unknown[]): Promise<T> =>
    (await transport.call(method, [session, ...params])) as T;
  return {
    pool: sim.pool,
    clock: virtualClockOf(sim.pool),
    transport,
    session,
    call,
    run: (method, ...params) => runTask(call, method, params),
    template: async (name = 'debian-13') => (await call<string[]>('VM.get_by_name_label', name))[0] ?? '',
    close: () => sim.close(),
  };
}

type TaskRecord = { status: string; result: string; error_info: string[] };
type Batch = { token: string; events: { snapshot?: TaskRecord }[] };

async function runTask(
  call: Client['call'],
  method: string,
  params: unknown[],
): Promise<{ status: string; result: string; error: string[] }> {
  const task = await call(`Async.${method}`, ...params);
  let token = '';
  for (;;) {
    const batch = await call<Batch>('event.from', [`task/${task}`], token, 30.5);
    token = batch.token;
    const record = batch.events.at(-1)?.snapshot;
    if (record === undefined || record.status === 'pending') continue;
    await call('task.destroy', task);
    return { status: record.status, result: record.result, error: record.error_info };
  }
}

/** The XenAPI failure of a call that must fail: `[code, …params]`. */
export async function failureOf(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
  } catch (error) {
    const { code, params } = error as { code?: string; params?: string[] };
    if (code !== undefined) return [code, ...(params ?? [])];
    throw error;
  }
  throw new Error('the call succeeded');
}

/** A constructor record of a small full guest. */
export function vmRecord(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name_label: 'vm',
    user_version: 1,
    is_a_template: false,
    affinity: 'OpaqueRef:NULL',
    memory_static_max: GIB,
    memory_dynamic_max: GIB,
    memory_dynamic_min: GIB,
    memory_static_min: GIB / 4,
    VCPUs_params: {},
    VCPUs_max: 1,
    VCPUs_at_startup: 1,
    actions_after_shutdown: 'destroy',
    actions_after_reboot: 'restart',
    actions_after_crash: 'restart',
    PV_bootloader: '',
    PV_kernel: '',
    PV_ramdisk: '',
    PV_args: '',
    PV_bootloader_args: '',
    PV_legacy_args: '',
    HVM_boot_policy: 'BIOS order',
    HVM_boot_params: { order: 'cdn' },
    platform: {},
    PCI_bus: '',
    other_config: {},
    recommendations: '',
    ...changes,
  };
}

export function vdiRecord(sr: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name_label: 'disk',
    SR: sr,
    virtual_size: GIB,
    type: 'user',
    sharable: false,
    read_only: false,
    other_config: {},
    ...changes,
  };
}

export function vbdRecord(
  vm: string,
  vdi: string,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    VM: vm,
    VDI: vdi,
    userdevice: 'autodetect',
    bootable: false,
    mode: 'RW',
    type: 'Disk',
    empty: false,
    other_config: { owner: '' },
    qos_algorithm_type: '',
    qos_algorithm_params: {},
    ...changes,
  };
}

export function vifRecord(
  vm: string,
  network: string,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    VM: vm,
    network,
    device: '0',
    MAC: '',
    MTU: 1500,
    other_config: {},
    qos_algorithm_type: '',
    qos_algorithm_params: {},
    ...changes,
  };
}
