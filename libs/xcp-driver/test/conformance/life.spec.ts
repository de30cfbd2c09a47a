/** The life of servers on a pool: made, set, started, kept, moved, stopped, gone. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { nextActions, snapshotIdOf, type Action, type SnapshotSpec, type VsysSpec } from '@openvsys/vsys';
import { findVm, getVm } from '../../src/actions/find-parts.js';
import { parseRrdJson, parseRrdXml } from '../../src/metrics/rrd-updates.js';
import { handlersOf } from '../../src/content/disk-transfer.js';
import { TAG } from '../../src/ownership-tags.js';
import { allOf } from '../all-of.js';
import { NO_LIMIT, ourTasks } from '../contract/pool-under-test.js';
import { contextFor, converge } from '../contract/sim-harness.js';
import { notHere, row } from './row.js';
import { diskOf, MEMORY_MIB, netOf, serverOf, smallSpec, withServer } from './small-spec.js';
import { openTarget, type Target } from './target.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

let target: Target;
let base: VsysSpec;
beforeAll(async () => {
  target = await openTarget(1);
  base = smallSpec(target);
}, 300_000);
afterAll(async () => target.close(), 300_000);

const reach = async (spec: VsysSpec): Promise<readonly string[]> =>
  (await converge(target.hypervisor, spec)).map(({ kind }) => kind);
const vmRecord = async (n: 1 | 2) =>
  target.call<Record<string, unknown>>('VM.get_record', getVm(target.pool.cache, serverOf(target, n)).ref);
const vifRecord = async (n: 1 | 2) => {
  const [vif = ''] = (await vmRecord(n))['VIFs'] as string[];
  return target.call<Record<string, unknown>>('VIF.get_record', vif);
};
const disksOfVm = async (n: 1 | 2): Promise<string[]> => {
  const refs = (await vmRecord(n))['VBDs'] as string[];
  const vbds = await Promise.all(
    refs.map(async (ref) => target.call<{ VDI: string; type: string }>('VBD.get_record', ref)),
  );
  return vbds.filter(({ type }) => type === 'Disk').map(({ VDI }) => VDI);
};
const powerOf = (n: 1 | 2) =>
  target.hypervisor.observe(target.vsys).servers.find(({ id }) => id === serverOf(target, n))?.power;

describe('a server that is halted', () => {
  row('D25', 'is a machine of its own, made from the image, with our tags', async () => {
    await reach(base);
    const vm = await vmRecord(1);
    const [image] = target.pool.cache.images().filter(({ record }) => record.name_label === target.image);
    const config = vm['other_config'] as Record<string, string>;
    expect(vm['is_a_template']).toBe(false);
    expect(config).toMatchObject({ [TAG.vsys]: target.vsys, [TAG.self]: vm['uuid'] });
    expect(config['mac_seed']).not.toBe(image!.record.other_config['mac_seed']);
    expect(await reach(base)).toEqual([]);
  });

  row('D27', 'has no disks but those of its image and its own', async () => {
    const config = (await vmRecord(1))['other_config'];
    expect(config).not.toHaveProperty('disks');
    expect(await disksOfVm(1)).toHaveLength(1);
    expect(await disksOfVm(2)).toHaveLength(2);
  });

  row('D28', 'gets more and fewer processors', async () => {
    for (const vcpus of [4, 1, 2, 1]) {
      await reach(withServer(base, 1, { vcpus }));
      const { VCPUs_max, VCPUs_at_startup } = await vmRecord(1);
      expect([Number(VCPUs_max), Number(VCPUs_at_startup)]).toEqual([vcpus, vcpus]);
    }
  });

  row('D29', 'gets more and less memory, with a range or without', async () => {
    const limits = async () => {
      const vm = await vmRecord(1);
      return ['static_min', 'dynamic_min', 'dynamic_max', 'static_max'].map(
        (limit) => Number(vm[`memory_${limit}`]) / MIB,
      );
    };
    await reach(withServer(base, 1, { memoryMiB: 512, minMemoryMiB: 256 }));
    expect(await limits()).toEqual([256, 256, 512, 512]);
    await reach(base);
    expect(await limits()).toEqual([MEMORY_MIB, MEMORY_MIB, MEMORY_MIB, MEMORY_MIB]);
  });

  row('D30', 'has weight and cap of its processors, both written', async () => {
    await reach(withServer(base, 1, { tuning: { cpuWeight: 512, cpuMask: [0] } }));
    expect((await vmRecord(1))['VCPUs_params']).toMatchObject({ weight: '512', cap: '0', mask: '0' });
    await reach(base);
  });

  row('D31', 'has a data disk on a device that is no CD drive, with the tags of its owner', async () => {
    const vm = await vmRecord(2);
    const vbds = await Promise.all(
      (vm['VBDs'] as string[]).map(async (ref) =>
        target.call<Record<string, unknown>>('VBD.get_record', ref),
      ),
    );
    const disks = await Promise.all(
      vbds.map(async (vbd) => ({
        vbd,
        vdi: await target.call<Record<string, unknown>>('VDI.get_record', vbd['VDI']),
      })),
    );
    const data = disks.find(({ vdi }) => vdi['name_label'] === diskOf(target))!;
    expect(data.vbd['userdevice']).not.toBe('3');
    expect(data.vdi['other_config']).toMatchObject({ [TAG.vsys]: target.vsys, [TAG.part]: diskOf(target) });
  });

  row('D36', 'has its disk enlarged', async () => {
    const [disk] = base.disks;
    const grown = { ...base, disks: [{ ...disk!, sizeGiB: 2 }] };
    await reach(grown);
    const sizes = await Promise.all(
      (await disksOfVm(2)).map(async (vdi) => Number(await target.call('VDI.get_virtual_size', vdi))),
    );
    expect(Math.max(...sizes)).toBe(2 * GIB);
    base = grown;
  });

  row('D37', 'has the MAC, the MTU and the rate that were asked for', async () => {
    const [nic] = base.servers[0]!.nics;
    await reach(withServer(base, 1, { nics: [{ ...nic!, mtu: 1400, rateLimitKBps: 1250 }] }));
    expect(await vifRecord(1)).toMatchObject({ MAC: nic!.mac, qos_algorithm_params: { kbps: '1250' } });
    expect(Number((await vifRecord(1))['MTU'])).toBe(1400);
    await reach(base);
  });

  row('D38', 'may use its own addresses only', async () => {
    const vif = await vifRecord(1);
    expect(vif).toMatchObject({ locking_mode: 'locked', ipv4_allowed: ['192.0.2.1'] });
  });

  row('D40', 'is on a network that every host has, on its VLAN', async () => {
    const network = [...target.pool.cache.all('network')].find(
      ([, { name_label }]) => name_label === netOf(target),
    )!;
    const pifs = target.pool.cache.referring('PIF', 'network', network[0]);
    expect(pifs).toHaveLength([...target.pool.cache.all('host')].length);
    expect(pifs.every(({ record }) => record.VLAN === target.vlan)).toBe(true);
  });
});

describe('a server that runs', () => {
  const running = (): VsysSpec => withServer(base, 1, { power: 'running' });

  row('D45', 'was started on a host that is known', async () => {
    await reach(running());
    expect(powerOf(1)).toBe('running');
    const host = getVm(target.pool.cache, serverOf(target, 1)).record.resident_on;
    expect(await target.call('VM.get_resident_on', getVm(target.pool.cache, serverOf(target, 1)).ref)).toBe(
      host,
    );
  });

  row('D42', 'keeps its network as it is, however often somebody wants it gone', async () => {
    const action: Action = { kind: 'vnet.destroy', part: netOf(target) };
    const interfaces = () =>
      [...target.pool.cache.all('PIF')].filter(([, { VLAN }]) => VLAN === target.vlan).length;
    const before = interfaces();
    await expect(
      target.hypervisor.perform(action, contextFor(target.hypervisor, action)),
    ).rejects.toMatchObject({ code: 'conflict' });
    await target.pool.feed.barrier(NO_LIMIT);
    expect(interfaces()).toBe(before);
    expect(nextActions(running(), target.hypervisor.observe(target.vsys))).toEqual([]);
  });

  row('D58', 'has a screen that greets as RFB', async () => {
    const stream = await target.hypervisor.consoles.openConsole(
      serverOf(target, 1),
      AbortSignal.timeout(30_000),
    );
    let text = '';
    for await (const chunk of stream.incoming) {
      text += Buffer.from(chunk).toString('latin1');
      if (text.length >= 12) break;
    }
    expect(text).toMatch(/^RFB 003\.00\d\n/);
    stream.close();
  });

  row('D59', 'has figures, the same as XML and as JSON', async () => {
    const start = String(Math.floor(Date.now() / 1000) - 60);
    const ask = async (form: Record<string, string>): Promise<string> => {
      const query = { start, cf: 'AVERAGE', interval: '5', ...form };
      const { body } = await handlersOf(target.pool).get({ path: '/rrd_updates', query, signal: NO_LIMIT });
      return Buffer.concat(await allOf(body)).toString('utf8');
    };
    const [json, xml] = [parseRrdJson(await ask({ json: 'true' })), parseRrdXml(await ask({}))];
    expect(json.legend.length).toBeGreaterThan(0);
    expect(xml.legend.toSorted()).toEqual(json.legend.toSorted());
  });

  row('D51', 'moves to another host and stays the same', async (context) => {
    const { ref, record } = getVm(target.pool.cache, serverOf(target, 1));
    const other = [...target.pool.cache.all('host')].find(
      ([host, { enabled }]) => enabled && host !== record.resident_on,
    );
    const sr = target.hypervisor.capacity().srs.find(({ uuid }) => uuid === target.sr);
    if (other === undefined || sr?.shared !== true)
      return notHere(context, 'live migration needs two hosts and a shared storage');
    await target.pool.calls.task('VM.pool_migrate', [ref, other[0] as never, { live: 'true' }]);
    await expect
      .poll(() => findVm(target.pool.cache, serverOf(target, 1))?.record.resident_on)
      .toBe(other[0]);
    expect(findVm(target.pool.cache, serverOf(target, 1))?.ref).toBe(ref);
    expect(nextActions(running(), target.hypervisor.observe(target.vsys))).toEqual([]);
  });

  row('D50', 'is paused, woken and restarted', async () => {
    await reach(withServer(base, 1, { power: 'paused' }));
    expect(powerOf(1)).toBe('paused');
    await reach(running());
    expect(powerOf(1)).toBe('running');
    expect(await reach(withServer(running(), 1, { restarts: 1 }))).toEqual(['vserver.restart']);
    base = withServer(base, 1, { restarts: 1 });
  });

  row('D49', 'is seen to be off within seconds when somebody else switches it off', async () => {
    const { ref } = getVm(target.pool.cache, serverOf(target, 1));
    await target.call('VM.hard_shutdown', ref);
    const began = Date.now();
    await expect.poll(() => powerOf(1), { timeout: 10_000 }).toBe('halted');
    expect(Date.now() - began).toBeLessThan(6_000);
    await reach(base);
  });
});

describe('what is kept and what goes', () => {
  row('D53', 'a snapshot brings a server back with its identity and its tags', async () => {
    const id = snapshotIdOf(target.vsys, 1);
    const server = serverOf(target, 1);
    const snapshot: SnapshotSpec = { id, name: 'before', servers: [server], withMemory: false };
    const kept = { ...base, snapshots: [snapshot] };
    await reach(kept);
    const { uuid } = getVm(target.pool.cache, server).record;
    const back = withServer(kept, 1, { revert: { to: id, count: 1 } });
    expect(await reach(back)).toContain('vserver.revert');
    const vm = getVm(target.pool.cache, server).record;
    expect([vm.uuid, vm.is_a_template]).toEqual([uuid, false]);
    expect(await disksOfVm(1)).toHaveLength(1);
    base = withServer(base, 1, { revert: { to: id, count: 1 } });
    await reach(base);
    expect(target.hypervisor.observe(target.vsys).snapshots ?? []).toEqual([]);
  });

  row('D17', 'no task of ours is left', async () => {
    await expect.poll(async () => ourTasks(target as never)).toEqual([]);
  });

  row('D55', 'nothing of a deleted system is left, and a foreign disk stays', async () => {
    const [sr] = [...target.pool.cache.all('SR')].find(([, { uuid }]) => uuid === target.sr)!;
    const foreign = await target.call<string>('VDI.create', {
      name_label: `${target.vsys}-foreign`,
      name_description: 'not of the system',
      SR: sr,
      virtual_size: 16 * MIB,
      type: 'user',
      sharable: false,
      read_only: false,
      other_config: {},
      xenstore_data: {},
      sm_config: {},
      tags: [],
    });
    await target.call('VBD.create', {
      VM: getVm(target.pool.cache, serverOf(target, 1)).ref,
      VDI: foreign,
      userdevice: '7',
      bootable: false,
      mode: 'RW',
      type: 'Disk',
      unpluggable: true,
      empty: false,
      other_config: {},
      qos_algorithm_type: '',
      qos_algorithm_params: {},
    });
    await target.pool.feed.barrier(NO_LIMIT);
    await reach({ ...base, presence: 'absent' });
    expect(target.hypervisor.inventory().filter(({ vsys }) => vsys === target.vsys)).toEqual([]);
    expect(await target.call('VDI.get_name_label', foreign)).toBe(`${target.vsys}-foreign`);
    await target.call('VDI.destroy', foreign);
  });
});
