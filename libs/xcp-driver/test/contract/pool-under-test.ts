/** A driver's inner side on a simulated pool over HTTP, and things an administrator makes there. */
import { startSimServer, type SimServer, type SimServerOptions } from '@openvsys/xcp-sim';
import type { PoolAccess } from '../../src/actions/pool-access.js';
import type { Ref } from '../../src/generated/records.js';
import { XcpHypervisor, type XcpHypervisorOptions } from '../../src/xcp-hypervisor.js';

export interface PoolUnderTest {
  readonly server: SimServer;
  readonly hypervisor: XcpHypervisor;
  readonly pool: PoolAccess;
  readonly call: <T = unknown>(method: string, ...params: unknown[]) => Promise<T>;
  close(): Promise<void>;
}

export const NO_LIMIT: AbortSignal = new AbortController().signal;

export async function openPool(
  options: Partial<SimServerOptions> = {},
  driver: (server: SimServer) => Partial<XcpHypervisorOptions> = () => ({}),
): Promise<PoolUnderTest> {
  const server = await startSimServer({ clock: { mode: 'real' }, profile: 'instant', ...options });
  const hypervisor = new XcpHypervisor({
    urls: server.hosts.map((host) => host.url),
    username: 'root',
    password: 'secret',
    originator: 'test-driver',
    ...driver(server),
  });
  await hypervisor.open(NO_LIMIT);
  const { pool } = hypervisor;
  return {
    server,
    hypervisor,
    pool,
    call: async (method, ...params) => (await pool.connection.request(method, params)) as never,
    close: async () => {
      await hypervisor.close();
      await server.close();
    },
  };
}

export async function makeDisk({ call, pool }: PoolUnderTest, bytes: number): Promise<Ref<'VDI'>> {
  const [sr = ''] = [...pool.cache.all('SR')]
    .filter(([, { type, shared }]) => shared && type !== 'iso' && type !== 'udev')
    .map(([ref]) => ref);
  const ref = await call<Ref<'VDI'>>('VDI.create', {
    name_label: 'disk',
    name_description: '',
    SR: sr,
    virtual_size: bytes,
    type: 'user',
    sharable: false,
    read_only: false,
    other_config: {},
    xenstore_data: {},
    sm_config: {},
    tags: [],
  });
  await pool.cache.when(() => pool.cache.find('VDI', ref), NO_LIMIT);
  return ref;
}

/** Tasks of ours that the pool still has. */
export async function ourTasks({ call }: PoolUnderTest): Promise<readonly string[]> {
  const tasks =
    await call<Record<string, { name_description: string; name_label: string }>>('task.get_all_records');
  return Object.values(tasks)
    .filter(({ name_description }) => name_description === 'OpenVSYS')
    .map(({ name_label }) => name_label);
}
