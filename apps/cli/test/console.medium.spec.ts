/** The screen of a server, from the ticket to the bytes of the simulated pool. */
import { once } from 'node:events';
import { get } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { newUser } from './captured-io.js';
import { useCliWorld } from './cli-world.js';

/** RFB 3.8, 7.1.1. */
const GREETING = /^RFB 00\d\.00\d\n/;

describe('the screen of a server', () => {
  const world = useCliWorld();
  const { vsysctl } = newUser();
  let server = '';

  const ask = async (path: string): Promise<Response> =>
    fetch(`${world().url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world().tenantToken}` },
    });
  const issue = async (): Promise<string> =>
    ((await (await ask(`/v1/vservers/${server}/console`)).json()) as { path: string }).path;
  const open = (path: string): WebSocket =>
    new WebSocket(`${world().url.replace('http', 'ws')}${path}`, 'binary');
  const statusOf = async (path: string): Promise<number | undefined> => {
    const [, response] = (await once(open(path), 'unexpected-response')) as [
      unknown,
      { statusCode?: number },
    ];
    return response.statusCode;
  };

  beforeAll(async () => {
    const { url, tenantToken } = world();
    await vsysctl(['login', '--url', url, '--token', tenantToken]);
    await vsysctl(['vsys', 'create', '--descriptor', '1-tier', '--name', 'one', '--vdc', 'main']);
    const listed = JSON.parse((await vsysctl(['vservers', 'list', '--vsys', 'one', '-o', 'json'])).out);
    server = listed.find(({ kind }: { kind: string }) => kind === 'server').id;
  }, 60_000);

  it('comes to whoever has the ticket, once, in both directions', async () => {
    const path = await issue();
    const viewer = open(path);
    const [greeting] = (await once(viewer, 'message')) as [Buffer];
    expect(greeting.toString('latin1')).toMatch(GREETING);
    expect(viewer.protocol).toBe('binary');
    viewer.send(Buffer.from('RFB 003.008\n', 'latin1'));
    const [security] = (await once(viewer, 'message')) as [Buffer];
    expect(security.length).toBeGreaterThan(0);
    expect(await statusOf(path)).toBe(404);
    viewer.close();
    await once(viewer, 'close');
    const again = open(await issue());
    await once(again, 'message');
    again.terminate();
  }, 30_000);

  it('leaves other offers to upgrade alone, and appliances to the provider', async () => {
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      get(
        `${world().url}/health/ready`,
        { headers: { connection: 'Upgrade', upgrade: 'h2c' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      ).on('error', reject);
    });
    expect(answered).toBe(200);
    const listed = JSON.parse((await vsysctl(['vservers', 'list', '--vsys', 'one', '-o', 'json'])).out);
    const efm = listed.find(({ kind }: { kind: string }) => kind !== 'server').id;
    expect((await ask(`/v1/vservers/${efm}/console`)).status).toBe(403);
  });

  it('ends with the server, and is not there without it', async () => {
    const viewer = open(await issue());
    await once(viewer, 'message');
    const ended = once(viewer, 'close');
    const late = await issue();
    expect((await vsysctl(['vservers', 'stop', server, '--force'])).code).toBe(0);
    await ended;
    expect(await statusOf(late)).toBe(503);
    expect((await ask(`/v1/vservers/${server}/console`)).status).toBe(409);
    expect(await statusOf('/v1/console/ovc_nothing')).toBe(404);
    expect(await statusOf('/v1/elsewhere')).toBe(404);
  }, 30_000);
});
