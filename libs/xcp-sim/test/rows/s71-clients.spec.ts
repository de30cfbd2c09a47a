// S71: clients that know nothing of us: Python's standard library over XML-RPC with ints as text and the older events,
// and JSON-RPC 2.0 in the manner of the usual JavaScript clients: dump by events, then follow, tasks by events.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { WireClient } from '../support/wire-client.js';

const python = spawnSync('python3', ['--version']).status === 0;
if (!python) process.emitWarning('NOT TESTED with the Python client: there is no python3');

let server: SimServer;
let url: string;

beforeAll(async () => {
  server = await startSimServer({ hostCount: 1 });
  url = server.hosts[0]?.url ?? '';
});

afterAll(async () => {
  expect(server.pool.crashes).toEqual([]);
  await server.close();
});

function runPython(): Promise<Record<string, unknown>> {
  const script = join(import.meta.dirname, 's71-client.py');
  return new Promise((resolve, reject) => {
    execFile('python3', [script, url, 'root', 'secret'], { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Record<string, unknown>);
      else reject(new Error(`${error.message}\n${stderr}`));
    });
  });
}

describe.skipIf(!python)('S71 Python, standard library', () => {
  it(
    'makes a server, follows it by events, and reads every type as it expects',
    { timeout: 90_000 },
    async () => {
      const report = await runPython();
      expect(report).toMatchObject({
        memory: String(2 ** 30),
        memory_type: 'str',
        memory_after: String(2 ** 31),
        bool_type: 'bool',
        float_type: 'float',
        date: '19700101T00:00:00Z',
        start: '<value></value>',
        state: 'Running',
        shutdown: '<value></value>',
        failure: ['VM_BAD_POWER_STATE', report['vm'], 'paused', 'halted'],
        after_logout: 'SESSION_INVALID',
      });
      expect(report['methods']).toBeGreaterThan(1800);
      const events = report['events'] as [string, string, string | null][];
      expect(events[0]).toEqual(['add', report['vm'], 'Halted']);
      expect(events.some(([, , state]) => state === 'Running')).toBe(true);
      expect(events.at(-1)).toEqual(['del', report['vm'], null]);
    },
  );
});

interface Event {
  class: string;
  operation: 'add' | 'mod' | 'del';
  ref: string;
  snapshot?: Record<string, unknown>;
}
interface Batch {
  events: Event[];
  token: string;
  valid_ref_counts: Record<string, number>;
}

/** Objects by reference, kept by events as object-oriented clients do. */
class Cache {
  private readonly objects = new Map<string, Event>();
  private token = '';

  constructor(private readonly client: WireClient) {}

  async follow(classes: string[]): Promise<void> {
    const batch = await this.client.call<Batch>('event.from', classes, this.token, 5.5);
    this.token = batch.token;
    for (const event of batch.events) {
      if (event.operation === 'del') this.objects.delete(event.ref);
      else this.objects.set(event.ref, event);
    }
    for (const cls of classes) expect([cls, this.count(cls)]).toEqual([cls, batch.valid_ref_counts[cls]]);
  }

  count(cls: string): number {
    return [...this.objects.values()].filter((object) => object.class === cls).length;
  }

  field(ref: string, name: string): unknown {
    return this.objects.get(ref)?.snapshot?.[name];
  }
}

describe('S71 JSON-RPC 2.0', () => {
  it('keeps a cache by events and watches its tasks there', async () => {
    const client = new WireClient(url);
    await client.login();
    const cache = new Cache(client);
    await cache.follow(['vm', 'vdi', 'vbd', 'sr']);
    const [template] = await client.call<string[]>('VM.get_by_name_label', 'debian-13');
    const vm = await client.call('VM.clone', template, 'json');
    await client.call('VM.provision', vm);
    await cache.follow(['vm', 'vdi', 'vbd', 'sr']);
    expect(cache.field(vm, 'is_a_template')).toBe(false);
    const task = await client.call('Async.VM.start', vm, false, false);
    const tasks = new Cache(client);
    while (tasks.field(task, 'status') !== 'success') await tasks.follow(['task']);
    await client.call('task.destroy', task);
    await cache.follow(['vm', 'vdi', 'vbd', 'sr']);
    expect(cache.field(vm, 'power_state')).toBe('Running');
    await client.call('VM.hard_shutdown', vm);
    await client.call('VM.destroy', vm);
    await cache.follow(['vm', 'vdi', 'vbd', 'sr']);
    expect(cache.field(vm, 'uuid')).toBeUndefined();
  });
});
