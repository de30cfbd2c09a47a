/** Operations: waiting, following, cancelling, resuming. What a worker would write is written through its store. */
import type { AddressInfo } from 'node:net';
import { actionId, operationId, type ErrorReport, type Turn, type VsysId } from '@openvsys/vsys';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { newName, useApi } from './api-fixture.js';

const world = useApi();

async function create(onFailure: 'rollback' | 'keep' = 'rollback') {
  const request = {
    name: newName('op'),
    vdcId: world().demo.vdcId,
    descriptor: { name: '1-tier' },
    onFailure,
  };
  const { body } = await world().as(world().demoToken).post('/v1/vsys').send(request).expect(202);
  return { vsysId: body.vsysId as VsysId, operation: operationId(body.operation.id), parts: body.parts };
}

async function commit(
  vsysId: VsysId,
  turn: Omit<Turn, 'vsysId' | 'generation' | 'at'> & { generation?: number },
) {
  await world().store.commit(world().fence, { vsysId, generation: 1, at: new Date(), ...turn });
}

const DONE = { state: 'succeeded', stepsDone: 3, stepsTotal: 3 } as const;
const FAILURE: ErrorReport = {
  code: 'pool-unreachable',
  message: 'The pool does not answer.',
  retry: 'same',
};

describe('waiting', () => {
  it('ends at once when the operation ends', async () => {
    const { vsysId, operation } = await create();
    const api = world().as(world().demoToken);
    const begin = performance.now();
    const waiting = api.get(`/v1/operations/${operation}/wait?timeout=30`).then((answer) => answer);
    await commit(vsysId, { phase: 'ready', converged: true, operations: [{ id: operation, ...DONE }] });
    const answer = await waiting;
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: operation, state: 'succeeded', stepsDone: 3, stepsTotal: 3 });
    expect(performance.now() - begin).toBeLessThan(5_000);
    const shown = await api.get(`/v1/vsys/${vsysId}`).expect(200);
    expect(shown.body).toMatchObject({ phase: 'ready', observedGeneration: 1 });
    expect(shown.body.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: true }));
  });

  it('answers 202 when the time is over and 409 for a failure', async () => {
    const { vsysId, operation } = await create('keep');
    const api = world().as(world().demoToken);
    const early = await api.get(`/v1/operations/${operation}/wait?timeout=0`).expect(202);
    expect(early.body.state).toBe('queued');
    await commit(vsysId, {
      phase: 'needs-attention',
      parked: FAILURE,
      operations: [{ id: operation, state: 'failed', stepsDone: 1, stepsTotal: 3, error: FAILURE }],
    });
    const late = await api.get(`/v1/operations/${operation}/wait?timeout=30`).expect(409);
    expect(late.body).toMatchObject({ state: 'failed', error: FAILURE });
    const shown = await api.get(`/v1/vsys/${vsysId}`).expect(200);
    expect(shown.body.problem).toMatchObject(FAILURE);
    expect(shown.body.conditions).toContainEqual(
      expect.objectContaining({ type: 'NeedsAttention', status: true, message: FAILURE.message }),
    );
  });
});

describe('the live stream', () => {
  it('shows everything as it is, then what changes, and ends with the operation', async () => {
    const { vsysId, operation, parts } = await create();
    const { port } = world().app.getHttpServer().address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/v1/operations/${operation}/events`, {
      headers: { authorization: `Bearer ${world().demoToken}`, 'last-event-id': '3' },
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const seen: { event: string; data: Record<string, unknown> }[] = [];
    const parser = createParser({
      onEvent: ({ event, data }: EventSourceMessage) =>
        void seen.push({ event: event ?? '', data: JSON.parse(data) }),
    });
    const server = parts.find(({ kind }: { kind: string }) => kind === 'vserver').id;
    let told = false;
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      parser.feed(chunk);
      if (told || !seen.some(({ event }) => event === 'operation')) continue;
      told = true;
      const action = { kind: 'vserver.clone', part: server, image: 'debian-13' } as const;
      const intent = {
        id: actionId(uuidv7()),
        operationId: operation,
        action,
        attempt: 1,
        host: null,
      } as const;
      await commit(vsysId, {
        intents: [{ ...intent, key: `vserver.clone:${server}` }],
        parts: [{ part: server, state: 'creating', host: null, reason: null }],
        operations: [{ id: operation, state: 'running', stepsDone: 0, stepsTotal: 3 }],
      });
      await commit(vsysId, {
        parts: [{ part: server, state: 'running', host: null, reason: null }],
        phase: 'ready',
        converged: true,
        operations: [{ id: operation, ...DONE }],
      });
    }
    const states = seen
      .filter(({ event, data }) => event === 'part' && data['id'] === server)
      .map(({ data }) => data['state']);
    expect(states[0]).toBe('planned');
    expect(states.at(-1)).toBe('running');
    const first = seen.findIndex(({ event }) => event === 'operation');
    expect(seen.slice(0, first).filter(({ event }) => event === 'part')).toHaveLength(parts.length);
    expect(seen.at(-1)).toMatchObject({ event: 'operation', data: { state: 'succeeded' } });
    expect(seen.filter(({ event }) => event === 'step').map(({ data }) => data['kind'])).toContain(
      'vserver.clone',
    );
  });

  it('of an unknown operation is a 404', async () => {
    const answer = await world().as(world().demoToken).get(`/v1/operations/${uuidv7()}/events`);
    expect(answer.status).toBe(404);
  });
});

describe('steering', () => {
  it('cancels what has not ended', async () => {
    const { vsysId, operation } = await create();
    const api = world().as(world().demoToken);
    const answer = await api.post(`/v1/operations/${operation}/cancel`).expect(202);
    expect(answer.body.cancelRequested).toBe(true);
    expect((await world().store.findWork(vsysId))?.operations).toMatchObject([
      { id: operation, cancelRequested: true },
    ]);
    await commit(vsysId, { phase: 'ready', converged: true, operations: [{ id: operation, ...DONE }] });
    const late = await api.post(`/v1/operations/${operation}/cancel`).expect(409);
    expect(late.body).toMatchObject({ code: 'conflict', details: { state: 'succeeded' } });
  });

  it('resumes what failed, once', async () => {
    const { vsysId, operation } = await create('keep');
    const api = world().as(world().demoToken);
    await api.post(`/v1/operations/${operation}/resume`).expect(409);
    const failed = { id: operation, state: 'failed', stepsDone: 1, stepsTotal: 3, error: FAILURE } as const;
    await commit(vsysId, { phase: 'needs-attention', parked: FAILURE, operations: [failed] });
    const answer = await api.post(`/v1/operations/${operation}/resume`).expect(202);
    expect(answer.body).toMatchObject({ state: 'queued', error: null });
    expect(await world().store.findWork(vsysId)).toMatchObject({
      parked: null,
      operations: [{ id: operation }],
    });
    await api.post(`/v1/operations/${operation}/resume`).expect(409);
  });
});

describe('a wake-up that is lost', () => {
  it('is found by the sweep: what was committed stands in the database', async () => {
    const { vsysId } = await create();
    expect(await world().store.listUnsettled(world().demo.poolId, 1_000)).toContain(vsysId);
  });
});
