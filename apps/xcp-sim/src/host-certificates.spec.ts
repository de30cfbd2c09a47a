import { request } from 'node:https';
import { startSimServer, WorldEvents } from '@openvsys/xcp-sim';
import { describe, expect, it } from 'vitest';
import { makeCertificates } from './host-certificates.js';

/** Status of a call over TLS, trusting this certificate only. */
function callOver(url: string, ca: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'system.listMethods', params: [] });
    const sent = request(
      `${url}/jsonrpc`,
      {
        method: 'POST',
        headers: { 'content-length': body.length },
        agent: false,
        ...(ca === undefined ? {} : { ca }),
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

describe('hosts over TLS', () => {
  it('have a certificate each that is good for their address, until their TLS breaks', async () => {
    const tls = await makeCertificates(2, '127.0.0.1');
    const server = await startSimServer({ hostCount: 2, tls });
    const [first, second] = server.hosts.map((host) => host.url);
    expect(await callOver(first ?? '', tls[0]?.cert)).toBe(200);
    await expect(callOver(second ?? '', tls[0]?.cert)).rejects.toThrow(/self-signed/);
    const world = new WorldEvents(server.pool);
    world.setTls(0, 'broken');
    await expect(callOver(first ?? '', tls[0]?.cert)).rejects.toThrow();
    world.setTls(0, 'working');
    expect(await callOver(first ?? '', tls[0]?.cert)).toBe(200);
    await server.close();
  });
});
