// S1: the method list, and the releases the simulator can pretend to be.
import { afterEach, describe, expect, it } from 'vitest';
import { clientOf, failureOf, vmRecord, type Client } from '../support/pool-under-test.js';
import { PERSONALITY_NAMES, startSimServer } from '@openvsys/xcp-sim';

let client: Client | undefined;

afterEach(() => {
  expect(client?.pool.crashes ?? []).toEqual([]);
  client?.close();
  client = undefined;
});

type Software = Record<string, string>;

describe('S1 personalities', () => {
  it.each(PERSONALITY_NAMES)(
    '%s: every listed class is served, records have just its fields',
    async (personality) => {
      client = await clientOf({ personality, hostCount: 1 });
      const listed = (await client.transport.call('system.listMethods', [])) as string[];
      expect(new Set(listed).size).toBe(listed.length);
      for (const method of listed.filter((name) => name.endsWith('.get_all_records'))) {
        const cls = method.split('.')[0] ?? '';
        const fact = client.pool.db.model.classes.get(cls);
        if (fact?.messages.get('get_all_records')?.removed === true || cls === 'role') continue;
        const records = await client.call<Record<string, object>>(method);
        for (const record of Object.values(records))
          expect(new Set(Object.keys(record))).toEqual(new Set(fact?.fields.keys()));
      }
    },
  );

  it('knows fewer messages, fields and classes the older it is', async () => {
    const sizes: number[] = [];
    for (const personality of PERSONALITY_NAMES) {
      const pool = await clientOf({ personality, hostCount: 1 });
      sizes.push(((await pool.transport.call('system.listMethods', [])) as string[]).length);
      pool.close();
    }
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(new Set(sizes).size).toBe(PERSONALITY_NAMES.length);
    expect(sizes.at(-1)).toBeGreaterThan(2000);
  });

  it('XCP 1.6 has no domain types, sets no unknown operations and serves what was removed later', async () => {
    client = await clientOf({ personality: 'xcp-1.6', hostCount: 1 });
    const vm = await client.call('VM.create', vmRecord());
    expect(await client.call('VM.get_record', vm)).not.toHaveProperty('domain_type');
    expect(await failureOf(client.call('VM.get_domain_type', vm))).toEqual([
      'MESSAGE_METHOD_UNKNOWN',
      'VM.get_domain_type',
    ]);
    const operations = await client.call<string[]>('VM.get_allowed_operations', vm);
    expect(operations).toContain('start');
    expect(operations).not.toContain('changing_NVRAM');
    expect((await failureOf(client.call('VM_group.get_all')))[0]).toBe('MESSAGE_METHOD_UNKNOWN');
    expect(await client.call('VMPP.get_all')).toEqual([]);
    const batch = await client.call<{ valid_ref_counts: object }>('event.from', ['*'], '', 0.5);
    expect(batch.valid_ref_counts).not.toHaveProperty('vm_group');
    expect(batch.valid_ref_counts).toHaveProperty('vmpp');
    await client.run('VM.start', vm, false, false);
    expect(await client.call('VM.get_power_state', vm)).toBe('Running');
  });

  it('an older server counts fewer parameters', async () => {
    client = await clientOf({ personality: 'xcp-1.6', hostCount: 1 });
    const vm = await client.call('VM.create', vmRecord());
    expect(await failureOf(client.call('VM.snapshot', vm, 's', []))).toEqual([
      'MESSAGE_PARAMETER_COUNT_MISMATCH',
      'VM.snapshot',
      '2',
      '3',
    ]);
    await client.call('VM.snapshot', vm, 's');
  });

  it.each([
    ['xcp-1.6', '1.6.10', [1, 10]],
    ['xcp-ng-8.2', '8.2.1', [2, 15]],
    ['xcp-ng-8.3', '8.3.0', [2, 21]],
    ['newest', '8.3.0', [2, 23]],
  ] as const)('%s tells its versions', async (personality, product, api) => {
    client = await clientOf({ personality, hostCount: 1 });
    const [host] = await client.call<string[]>('host.get_all');
    expect((await client.call<Software>('host.get_software_version', host))['product_version']).toBe(product);
    expect([
      await client.call('host.get_API_version_major', host),
      await client.call('host.get_API_version_minor', host),
    ]).toEqual(api);
  });

  it('XCP 1.6 speaks JSON-RPC 1.0 below /json with the content type of XML', async () => {
    const server = await startSimServer({ personality: 'xcp-1.6', hostCount: 1 });
    try {
      const url = server.hosts[0]?.url ?? '';
      const body = JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'session.login_with_password',
        params: ['root', 'secret'],
      });
      const answer = await fetch(`${url}/jsonrpc`, { method: 'POST', body });
      expect(answer.headers.get('content-type')).toBe('text/xml');
      expect(await answer.json()).toMatchObject({ error: null, id: 1 });
    } finally {
      await server.close();
    }
  });
});
