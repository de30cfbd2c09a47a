/** How the driver talks with a pool: sessions, dialects, tasks, the picture that events keep. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { CACHED_FIELDS } from '../../src/cache/cached-classes.js';
import { decodeRecord } from '../../src/codec/decode.js';
import { HttpTransport } from '../../src/transport/http-transport.js';
import { XenApiError } from '../../src/transport/transport.js';
import { XcpHypervisor } from '../../src/xcp-hypervisor.js';
import { NO_LIMIT, ourTasks } from '../contract/pool-under-test.js';
import { row } from './row.js';
import { openTarget, type Target } from './target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget(0);
}, 300_000);
afterAll(async () => target.close(), 300_000);

interface SessionRecord {
  readonly originator: string;
}
const sessionsOf = async (originator: string): Promise<number> => {
  // Who may list sessions sees those of others too.
  const all = await target
    .call<Record<string, SessionRecord>>('session.get_all_records')
    .catch(() => undefined);
  if (all !== undefined) return Object.values(all).filter((one) => one.originator === originator).length;
  return target.pool.connection.withSession(NO_LIMIT, async () => 1);
};

/** Numbers that change by themselves are no difference between two readings. */
const MOVING = new Set(['SR', 'host_metrics', 'VM_guest_metrics', 'task', 'message']);

describe('a driver talks with a pool', () => {
  row('D1', 'with one session, which names it, until it is closed', async () => {
    const originator = `openvsys-conformance-${Date.now()}`;
    const other = new XcpHypervisor({ ...target.options, originator });
    const before = await sessionsOf(originator);
    await other.open(NO_LIMIT);
    await Promise.all(
      Array.from({ length: 5 }, async () => other.pool.connection.request('pool.get_all', [])),
    );
    expect(await sessionsOf(originator)).toBeLessThanOrEqual(before + 1);
    await other.close();
    await expect.poll(async () => sessionsOf(originator)).toBe(before);
  });

  row('D2', 'by whichever member it is given', async () => {
    const members = [...target.pool.cache.all('host')].map(([, host]) => host.address);
    const urls = target.server?.hosts.map(({ url }) => url) ?? members.map((address) => `https://${address}`);
    for (const url of urls) {
      const other = new XcpHypervisor({ ...target.options, urls: [url] });
      await other.open(NO_LIMIT);
      expect(other.capacity().hosts).toHaveLength(members.length);
      await other.close();
    }
  });

  row('D3', 'and says so at once when the password is wrong', async () => {
    const wrong = new XcpHypervisor({ ...target.options, password: `${target.options.password}-not` });
    await expect(wrong.open(NO_LIMIT)).rejects.toMatchObject({
      code: 'pool-refused',
      retry: 'after-change',
      details: { xenapi: 'SESSION_AUTHENTICATION_FAILED' },
    });
  });

  row('D7', 'and reads the same from XML and from JSON', async () => {
    const [url = ''] = target.pool.connection.members.list();
    const { fingerprint } = target.options;
    const fingerprints = fingerprint === undefined ? [] : [fingerprint].flat();
    const transport = new HttpTransport(url, { fingerprints });
    const other = new HttpTransport(url, { fingerprints });
    // As if the host had answered JSON with XML: from then on all is XML.
    Object.assign(other, { dialect: 'xml' });
    await target.pool.connection.withSession(NO_LIMIT, async ({ session }) => {
      const ask = async (way: HttpTransport) =>
        way.call('pool.get_all_records', [session], { timeoutMs: 30_000 });
      const [[ref, json] = []] = Object.entries((await ask(transport)) as Record<string, object>);
      const xml = ((await ask(other)) as Record<string, object>)[ref ?? ''];
      expect(decodeRecord('pool', xml)).toEqual(decodeRecord('pool', json));
    });
    await Promise.all([transport.close(), other.close()]);
  });

  row('D8', 'and takes the epoch for “never” and every form of a null reference for none', async () => {
    const ref = await target.call<string>('task.create', 'openvsys-conformance', 'a row of the suite');
    try {
      const task = decodeRecord('task', await target.call('task.get_record', ref));
      expect(task.finished).toBeNull();
      expect(task.subtask_of).toBeNull();
      expect(task.created).toBeInstanceOf(Date);
    } finally {
      await target.call('task.set_status', ref, 'success').catch(() => undefined);
      await target.call('task.destroy', ref);
    }
  });

  row('D12', 'and has the result of a task, which is gone then', async () => {
    const [image] = target.pool.cache.images().filter(({ record }) => record.name_label === target.image);
    const name = `${target.vsys}-S-0099`;
    const vm = await target.pool.calls.task('VM.clone', [image!.ref, name]);
    expect(await target.call('VM.get_name_label', vm)).toBe(name);
    const disks = await target.call<Record<string, { VDI: string }>>(
      'VBD.get_all_records_where',
      `field "VM" = "${vm}"`,
    );
    await target.call('VM.destroy', vm);
    for (const { VDI } of Object.values(disks)) await target.call('VDI.destroy', VDI).catch(() => undefined);
    await expect.poll(async () => ourTasks(target as never)).toEqual([]);
  });

  row('D13', 'and has the error of a task, which is gone then', async () => {
    const [image] = target.pool.cache.images().filter(({ record }) => record.name_label === target.image);
    const failed = target.pool.calls.task('VM.start', [image!.ref, false, false]);
    await expect(failed).rejects.toBeInstanceOf(XenApiError);
    await expect(failed).rejects.toMatchObject({ code: 'VM_IS_TEMPLATE' });
  });

  row('D18', 'and begins with all that there is', async () => {
    await target.pool.feed.barrier(NO_LIMIT);
    for (const cls of Object.keys(CACHED_FIELDS) as (keyof typeof CACHED_FIELDS)[]) {
      const records = await target.call<Record<string, object>>(`${cls}.get_all_records`);
      const cached = new Map(target.pool.cache.all(cls));
      if (!MOVING.has(cls)) expect([...cached.keys()].toSorted()).toEqual(Object.keys(records).toSorted());
    }
  });

  row('D19', 'and hears of changes at once', async () => {
    const made = await target.call<string>('network.create', {
      name_label: `${target.vsys}-N-event`,
      name_description: '',
      other_config: { 'openvsys-vsys': target.vsys },
    });
    const began = Date.now();
    await target.pool.cache.when(
      () => target.pool.cache.find('network', made as never),
      AbortSignal.timeout(5_000),
    );
    await target.call('network.set_name_label', made, `${target.vsys}-N-renamed`);
    await target.pool.cache.when(
      () =>
        target.pool.cache.find('network', made as never)?.name_label.endsWith('renamed') === true ||
        undefined,
      AbortSignal.timeout(5_000),
    );
    await target.call('network.destroy', made);
    await expect.poll(() => target.pool.cache.find('network', made as never)).toBeUndefined();
    expect(Date.now() - began).toBeLessThan(5_000);
  });
});
