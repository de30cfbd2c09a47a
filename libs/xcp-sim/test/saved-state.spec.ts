// A pool survives its process: objects and references stay, sessions and tasks do not.
import { describe, expect, it } from 'vitest';
import { createSimPool, saveState, type SavedState } from '@openvsys/xcp-sim';
import { clientOf, vbdRecord, vdiRecord, vmRecord } from './support/pool-under-test.js';

describe('a saved pool', () => {
  it('comes back with the same objects, relations and memory in use', async () => {
    const client = await clientOf();
    const [sr = ''] = await client.call<string[]>('SR.get_all');
    const vm = await client.call('VM.create', vmRecord());
    const vdi = await client.call('VDI.create', vdiRecord(sr));
    const vbd = await client.call('VBD.create', vbdRecord(vm, vdi));
    await client.call('VM.start', vm, false, false);
    const [host] = await client.call<string[]>('host.get_all');
    const before = await client.call<Record<string, unknown>>('VM.get_record', vm);
    const text = JSON.stringify(saveState(client.pool));
    const oldUuids = new Set(client.pool.db.rows('VM').map((row) => row.uuid));
    const { generation } = client.pool.db;
    client.close();

    const again = createSimPool({}, JSON.parse(text) as SavedState);
    const transport = again.transportFor(0);
    const session = await transport.call('session.login_with_password', ['root', 'secret']);
    expect(await transport.call('VM.get_record', [session, vm])).toEqual(before);
    expect(await transport.call('VDI.get_VBDs', [session, vdi])).toEqual([vbd]);
    expect(await transport.call('host.get_resident_VMs', [session, host])).toBeDefined();
    expect(again.pool.db.generation).toBeGreaterThan(generation);
    const fresh = (await transport.call('VM.create', [session, vmRecord()])) as string;
    expect(oldUuids).not.toContain(await transport.call('VM.get_uuid', [session, fresh]));
    again.close();
  });

  it('of another format is refused', () => {
    expect(() => createSimPool({}, { format: 2 } as unknown as SavedState)).toThrow('not a saved pool');
  });
});
