import type { ServerResponse } from 'node:http';
import { createClient, createConfig } from '@openvsys/api-client';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../src/exit-codes.js';
import { followOperation } from '../src/live/follow-operation.js';
import { json, useSmallServer, type Handler } from './small-server.js';

const QUICK = { silenceMs: 100, pauseMs: 5, awayMs: 400 };

function send(response: ServerResponse, event: string, data: unknown): void {
  response.write(`id: 1\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

function open(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
}

const operation = (state: string, stepsDone: number) => ({
  kind: 'vsys.create',
  state,
  stepsDone,
  stepsTotal: 3,
});

describe('following an operation', () => {
  const server = useSmallServer();

  const follow = async (signal = new AbortController().signal) => {
    const client = createClient(createConfig({ baseUrl: server.url }));
    const states: string[] = [];
    for await (const frame of followOperation(client, 'op-1', signal, QUICK)) {
      states.push(frame.event === 'operation' ? `${frame.data.state} ${frame.data.stepsDone}` : frame.event);
    }
    return states;
  };

  it('survives a connection that breaks and one that falls silent', async () => {
    const answers: Handler[] = [
      (_, response) => {
        open(response);
        send(response, 'operation', operation('running', 1));
        response.write('event: operation\ndata: {"half');
        setTimeout(() => response.destroy(), 10);
      },
      (_, response) => json(response, 503, { title: 'starting' }),
      (_, response) => {
        open(response);
        send(response, 'operation', operation('running', 2));
      },
      (_, response) => {
        open(response);
        send(response, 'heartbeat', { at: 'now' });
        send(response, 'operation', operation('succeeded', 3));
      },
    ];
    server.handler = (request, response) => answers.shift()?.(request, response);
    expect(await follow()).toEqual(['running 1', 'running 2', 'succeeded 3']);
    expect(server.requests.map(({ url }) => url)).toEqual(Array(4).fill('/v1/operations/op-1/events'));
  });

  it('gives up on a server that stays away, and says that the operation goes on', async () => {
    server.handler = (_, response) => json(response, 503, { title: 'away' });
    await expect(follow()).rejects.toMatchObject({
      exitCode: EXIT.unavailable,
      problem: { remedy: 'Follow it again with `vsysctl operations watch op-1`.' },
    });
  });

  it('does not repeat what is refused', async () => {
    await expect(follow()).rejects.toMatchObject({ exitCode: EXIT.notFound });
    expect(server.requests).toHaveLength(1);
  });

  it('does not repeat what it cannot understand', async () => {
    server.handler = (_, response) => {
      open(response);
      send(response, 'operation', { state: 'dancing' });
    };
    await expect(follow()).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  it('ends at once when the person interrupts', async () => {
    const interruption = new AbortController();
    server.handler = (_, response) => {
      open(response);
      send(response, 'operation', operation('running', 1));
      setTimeout(() => interruption.abort(), 10);
    };
    await expect(follow(interruption.signal)).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });
});
