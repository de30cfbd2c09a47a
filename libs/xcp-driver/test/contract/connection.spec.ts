import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimServer, WorldEvents } from '@openvsys/xcp-sim';
import { createXcpHypervisor } from '../../src/index.js';
import { contextFor, converge, liveObjects, openBench, summaryOf, WIRES, type Bench } from './sim-harness.js';
import { sampleSpec, VSYS } from './sample-spec.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const noLimit = new AbortController().signal;
const credentials = { username: 'root', password: 'secret', originator: 'test-driver' };

describe.each(WIRES)('the connection over %s', (wire) => {
  let bench: Bench;
  afterEach(async () => bench.close());
  const srOf = (): string => bench.hypervisor.capacity().srs[0]!.uuid;
  const callsOf = (method: string): number =>
    bench.sim.log.list(0, 100_000).filter((entry) => entry.method === method).length;

  it('follows a slave to the coordinator (D2)', async () => {
    bench = await openBench(wire);
    const other = bench.another({ urls: bench.urls.slice(1, 2) });
    await other.open(noLimit);
    expect(other.capacity().hosts).toHaveLength(3);
    await other.close();
  });

  it('logs in again, once, when the session has ended, and goes on (D4)', async () => {
    bench = await openBench(wire);
    new WorldEvents(bench.sim).dropSessions();
    const spec = sampleSpec(srOf());
    await converge(bench.hypervisor, spec);
    expect(summaryOf(bench.hypervisor.observe(VSYS)).running).toBe(4);
    expect(callsOf('session.login_with_password')).toBe(2);
  });

  it('follows the coordinator to another host', async () => {
    bench = await openBench(wire);
    const spec = sampleSpec(srOf());
    await converge(bench.hypervisor, spec);
    new WorldEvents(bench.sim).changeMaster(1);
    await converge(bench.hypervisor, { ...spec, presence: 'absent', generation: 2 });
    expect(bench.hypervisor.inventory()).toEqual([]);
  });

  it('gives up at once on a wrong password (D3)', async () => {
    bench = await openBench(wire);
    const wrong = bench.another({ password: 'wrong' });
    await expect(wrong.open(noLimit)).rejects.toMatchObject({ code: 'pool-refused', retry: 'after-change' });
    expect(callsOf('session.login_with_password')).toBe(2);
  });

  it('digests TOO_MANY_PENDING_TASKS without telling anybody', async () => {
    bench = await openBench(wire);
    const effect = { kind: 'error', code: 'TOO_MANY_PENDING_TASKS' } as const;
    bench.sim.faults.add({ method: 'VM.clone', count: 2, effect });
    bench.sim.faults.add({ method: 'VIF.create', count: 1, effect });
    await converge(bench.hypervisor, sampleSpec(srOf()));
    expect(summaryOf(bench.hypervisor.observe(VSYS)).running).toBe(4);
  });

  it('fills the cache anew when the pool refuses the event token (D21)', async () => {
    bench = await openBench(wire);
    bench.sim.faults.add({
      method: 'event.from',
      count: 2,
      effect: { kind: 'error', code: 'EVENT_FROM_TOKEN_PARSE_FAILURE', params: ['x'] },
    });
    await converge(bench.hypervisor, sampleSpec(srOf()));
    await expect.poll(() => bench.hypervisor.health()).toMatchObject({ connected: true });
    expect(summaryOf(bench.hypervisor.observe(VSYS)).running).toBe(4);
  });

  it('leaves neither sessions nor tasks behind (D1, D17)', async () => {
    bench = await openBench(wire);
    const spec = sampleSpec(srOf());
    const other = bench.another({ originator: 'leak-check' });
    await other.open(noLimit);
    await converge(other, spec);
    await converge(other, { ...spec, presence: 'absent', generation: 2 });
    await other.close();
    expect(bench.sim.db.rows('session').filter((row) => row.text('originator') === 'leak-check')).toEqual([]);
    expect(bench.sim.db.rows('task')).toEqual([]);
  });

  it('shows what somebody else did, and says that it changed', async () => {
    bench = await openBench(wire);
    await converge(bench.hypervisor, sampleSpec(srOf()));
    const changes = bench.hypervisor.changes()[Symbol.asyncIterator]();
    const next = changes.next();
    const vm = bench.sim.db.rows('VM').find((row) => row.text('name_description') === 'web-1')!;
    new WorldEvents(bench.sim).switchVm(vm, 'Halted');
    expect(await next).toEqual({ done: false, value: VSYS });
    await expect.poll(() => summaryOf(bench.hypervisor.observe(VSYS)).running).toBe(3);
  });

  it('ends the stream of changes when it is closed', async () => {
    bench = await openBench(wire);
    const changes = bench.hypervisor.changes()[Symbol.asyncIterator]();
    const next = changes.next();
    await bench.hypervisor.close();
    expect(await next).toMatchObject({ done: true });
    expect(bench.hypervisor.health()).toMatchObject({ connected: false });
  });

  it('makes no further call for an action that was given up', async () => {
    bench = await openBench(wire);
    const gone = new AbortController();
    gone.abort();
    const action = {
      kind: 'vnet.create',
      part: sampleSpec(srOf()).nets[0]!.id,
      net: sampleSpec(srOf()).nets[0]!,
    } as const;
    await expect(
      bench.hypervisor.perform(action, contextFor(bench.hypervisor, action, gone.signal)),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(callsOf('network.create')).toBe(0);
  });
});

describe('the way to a host', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  async function tlsPool() {
    const tls = Array.from({ length: 3 }, () => ({
      key: fixture('pool-key.pem'),
      cert: fixture('pool-cert.pem'),
    }));
    const server = await startSimServer({ profile: 'instant', tls });
    closers.push(() => server.close());
    return server.hosts.map((host) => host.url);
  }

  it('is encrypted and shows the pinned certificate, or is not used', async () => {
    const urls = await tlsPool();
    const { X509Certificate } = await import('node:crypto');
    const fingerprint = new X509Certificate(fixture('pool-cert.pem')).fingerprint256;
    const pinned = createXcpHypervisor({ ...credentials, urls, fingerprint });
    await pinned.open(noLimit);
    expect(pinned.health().connected).toBe(true);
    await pinned.close();
    const other = createXcpHypervisor({
      ...credentials,
      urls,
      fingerprint: fingerprint.replace(/^../, '00'),
    });
    await expect(other.open(noLimit)).rejects.toMatchObject({ code: 'pool-refused' });
    const unverified = createXcpHypervisor({ ...credentials, urls });
    await expect(unverified.open(noLimit)).rejects.toMatchObject({ code: 'pool-refused' });
    const byAuthority = createXcpHypervisor({ ...credentials, urls, ca: fixture('pool-cert.pem') });
    await byAuthority.open(noLimit);
    await byAuthority.close();
  });

  it('is never unencrypted beyond this machine', () => {
    expect(() => createXcpHypervisor({ ...credentials, urls: ['http://10.0.0.1'] })).toThrow(
      /without encryption/,
    );
    expect(() => createXcpHypervisor({ ...credentials, urls: ['ftp://10.0.0.1'] })).toThrow(/not the URL/);
  });

  it('says that a pool which does not answer cannot be reached', async () => {
    const nobody = createXcpHypervisor({ ...credentials, urls: ['http://127.0.0.1:1'] });
    await expect(nobody.open(noLimit)).rejects.toMatchObject({ code: 'pool-unreachable', retry: 'same' });
  });

  it('speaks XML-RPC with a host that does not know JSON (D6)', async () => {
    const server = await startSimServer({ profile: 'instant' });
    closers.push(() => server.close());
    const old = await xmlOnly(server.hosts[0]!.url);
    closers.push(() => new Promise((resolve) => old.close(() => resolve())));
    const url = `http://127.0.0.1:${(old.address() as AddressInfo).port}`;
    const before = liveObjects(server.pool);
    const driver = createXcpHypervisor({ ...credentials, urls: [url] });
    await driver.open(noLimit);
    const spec = sampleSpec(driver.capacity().srs[0]!.uuid);
    await converge(driver, spec);
    expect(summaryOf(driver.observe(VSYS))).toEqual({ nets: 2, running: 4, disks: 1, nics: 5 });
    await converge(driver, { ...spec, presence: 'absent', generation: 2 });
    expect(liveObjects(server.pool)).toEqual(before);
    await driver.close();
    old.closeAllConnections();
  });
});

/** A host of an old release: whatever comes to `/jsonrpc` is answered in XML, the rest is passed on. */
async function xmlOnly(target: string): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      const isJson = request.url?.startsWith('/jsonrpc') === true;
      const answer = isJson
        ? Promise.resolve('<?xml version="1.0"?><methodResponse><params/></methodResponse>')
        : fetch(target, { method: 'POST', body: Buffer.concat(chunks), signal: gone.signal }).then((got) =>
            got.text(),
          );
      answer.then(
        (text) => response.writeHead(200, { 'content-type': 'text/xml' }).end(text),
        () => response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

describe('the picture of the pool', () => {
  let bench: Bench;
  afterEach(async () => bench.close());

  it('loses objects whose deletion was never reported, by counting (D20)', async () => {
    bench = await openBench('in-process', {}, {});
    const { InProcessTransport } = await import('../../src/index.js');
    let isDeaf = false;
    const deaf = bench.another({
      transportFor: () =>
        new InProcessTransport(bench.urls[0]!, async (method, params, signal) => {
          const { value } = await bench.sim.dispatch(0, {
            method,
            params,
            ...(signal === undefined ? {} : { signal }),
          });
          if (method !== 'event.from' || !isDeaf || params[2] === '') return structuredClone(value);
          const batch = structuredClone(value) as { events: { operation: string }[] };
          return { ...batch, events: batch.events.filter((event) => event.operation !== 'del') };
        }),
    });
    await deaf.open(noLimit);
    const spec = sampleSpec(deaf.capacity().srs[0]!.uuid);
    await converge(deaf, spec);
    isDeaf = true;
    await converge(bench.hypervisor, { ...spec, presence: 'absent', generation: 2 });
    await expect.poll(() => deaf.inventory()).toEqual([]);
    await deaf.close();
  });

  it('has the free memory that the pool itself computes', async () => {
    bench = await openBench('in-process');
    await converge(bench.hypervisor, sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid));
    const { value: session } = await bench.sim.dispatch(0, {
      method: 'session.login_with_password',
      params: ['root', 'secret', '1.0', 'admin'],
    });
    for (const host of bench.sim.db.rows('host')) {
      const { value } = await bench.sim.dispatch(0, {
        method: 'host.compute_free_memory',
        params: [session, host.ref],
      });
      const seen = bench.hypervisor.capacity().hosts.find(({ uuid }) => uuid === host.uuid)!;
      expect(seen.freeMemoryMiB).toBe(Math.floor(Number(value) / 2 ** 20));
      expect(seen.available).toBe(true);
      expect(seen.cpus).toBe(16);
    }
    const roles = bench.hypervisor.capacity().hosts.flatMap((host) => host.roles);
    expect(roles.toSorted()).toEqual(['db', 'fw', 'web', 'web'].map((role) => `${VSYS}/${role}`));
  });

  it('never becomes that of another pool (D24)', async () => {
    bench = await openBench('http');
    const stranger = await startSimServer({ profile: 'instant', seed: 99 });
    const driver = bench.another({ urls: [...bench.urls.slice(0, 1), stranger.hosts[0]!.url] });
    await driver.open(noLimit);
    const spec = sampleSpec(driver.capacity().srs[0]!.uuid);
    const world = new WorldEvents(bench.sim);
    for (const index of bench.sim.hosts.keys()) world.hostDown(index);
    const [net] = spec.nets;
    const action = { kind: 'vnet.create', part: net!.id, net: net! } as const;
    await expect(driver.perform(action, contextFor(driver, action))).rejects.toMatchObject({
      code: expect.stringMatching(/pool-refused|pool-unreachable|uncertain/) as string,
    });
    await expect.poll(() => driver.health().connected).toBe(false);
    expect(stranger.pool.db.rows('network').filter((row) => row.text('name_label') === net!.id)).toEqual([]);
    await driver.close();
    expect(stranger.pool.db.rows('session')).toEqual([]);
    await stranger.close();
  });
});
