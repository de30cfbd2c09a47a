import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics, measureAction, startProbeServer, type ProbeServer } from './index.js';

let server: ProbeServer | undefined;
afterEach(async () => server?.close());

describe('probes', () => {
  it('serve metrics, life and readiness with its reasons', async () => {
    const metrics = createMetrics('worker');
    const faults: string[] = [];
    server = await startProbeServer({
      host: '127.0.0.1',
      port: 0,
      registry: metrics.registry,
      listFaults: async () => faults,
    });
    const get = async (path: string) => fetch(`http://127.0.0.1:${server?.port ?? 0}${path}`);

    await measureAction(metrics, 'clone-vm', async () => 'ok');
    await expect(
      measureAction(metrics, 'clone-vm', async () => Promise.reject(new Error('full'))),
    ).rejects.toThrow('full');
    const text = await (await get('/metrics')).text();
    expect(text).toContain('openvsys_actions_total{kind="clone-vm",outcome="done",service="worker"} 1');
    expect(text).toContain('openvsys_actions_total{kind="clone-vm",outcome="failed",service="worker"} 1');
    expect(text).toContain('process_cpu_seconds_total');

    expect((await get('/health/ready')).status).toBe(200);
    faults.push('database unreachable');
    const answer = await get('/health/ready');
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'unavailable', faults: ['database unreachable'] },
    ]);
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/nothing')).status).toBe(404);
  });
});
