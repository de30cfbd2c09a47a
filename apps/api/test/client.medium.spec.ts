/** The generated client against the API: what programs and the command line stand on. */
import type { AddressInfo } from 'node:net';
import {
  createClient,
  createConfig,
  createDescriptorVersion,
  createVsys,
  followOperation,
  getVsys,
  listVsys,
  validateDescriptor,
  waitForOperation,
  type Client,
} from '@openvsys/api-client';
import { operationId, vsysId } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { useApi } from './api-fixture.js';

const world = useApi();

function client(): Client {
  const { port } = world().app.getHttpServer().address() as AddressInfo;
  const headers = { Authorization: `Bearer ${world().demoToken}` };
  return createClient(createConfig({ baseUrl: `http://127.0.0.1:${port}`, headers }));
}

async function create(name: string) {
  const { data } = await createVsys({
    client: client(),
    headers: { 'Idempotency-Key': name },
    body: { name, vdcId: world().demo.vdcId, descriptor: { name: '1-tier' } },
  });
  if (data === undefined || !('operation' in data)) throw new Error('not accepted');
  return data;
}

async function end(accepted: { vsysId: string; operation: { id: string } }): Promise<void> {
  const done = { state: 'succeeded', stepsDone: 1, stepsTotal: 1 } as const;
  await world().store.commit(world().fence, {
    vsysId: vsysId(accepted.vsysId),
    generation: 1,
    at: new Date(),
    phase: 'ready',
    converged: true,
    operations: [{ id: operationId(accepted.operation.id), ...done }],
  });
}

describe('the generated client', () => {
  it('creates, waits and shows', async () => {
    const accepted = await create('waits');
    const waiting = waitForOperation({
      client: client(),
      path: { operationId: accepted.operation.id },
      query: { timeout: 30 },
    });
    await end(accepted);
    const { data, response } = await waiting;
    expect([response?.status, data?.state]).toEqual([200, 'succeeded']);
    const shown = await getVsys({ client: client(), path: { vsysId: accepted.vsysId } });
    expect(shown.data?.vservers.length).toBeGreaterThan(0);
    const list = await listVsys({ client: client(), query: { name: 'waits' } });
    expect(list.data?.items.map(({ id }) => id)).toEqual([accepted.vsysId]);
  });

  it('follows an operation live', async () => {
    const accepted = await create('follows');
    const { stream } = await followOperation({
      client: client(),
      path: { operationId: accepted.operation.id },
    });
    const states: unknown[] = [];
    let ended = false;
    for await (const frame of stream) {
      if (frame !== undefined && 'stepsTotal' in frame) states.push(frame.state);
      if (!ended && states.length > 0) {
        ended = true;
        await end(accepted);
      }
      if (states.at(-1) === 'succeeded') break;
    }
    expect(states).toEqual(['queued', 'succeeded']);
  });

  it('sends descriptors as they are, and gets problems as data', async () => {
    const text = `apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: sent, version: 1.0.0 }
vnets: { app: { cidr: 10.0.0.0/24 } }
vservers: { web: { type: standard.small, image: debian-13, nics: [{ vnet: app }] } }
`;
    const asYaml = { bodySerializer: null, headers: { 'Content-Type': 'application/yaml' } } as const;
    const checked = await validateDescriptor({ client: client(), body: text, ...asYaml });
    expect(checked.data?.name).toBe('sent');
    const stored = await createDescriptorVersion({ client: client(), body: { source: text } });
    expect(stored.data?.version).toBe('1.0.0');
    const wrong = await validateDescriptor({
      client: client(),
      body: text.replace('vnet: app', 'vnet: ap'),
      ...asYaml,
    });
    expect(wrong.error).toMatchObject({ code: 'invalid-descriptor', violations: [{ line: 5 }] });
  });
});
