// Row S65: statistics over HTTP and by message: legend, steps, values as text, gaps, only what runs on this host.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendHttp, serveAndLogin, type HttpClient } from '../support/http-client.js';
import { vbdRecord, vdiRecord, vifRecord, vmRecord } from '../support/pool-under-test.js';

interface Updates {
  meta: { start: number; step: number; end: number; rows: number; columns: number; legend: string[] };
  data: { t: number; values: string[] }[];
}

let client: HttpClient;
let vm = '';
let uuid = '';

beforeAll(async () => {
  client = await serveAndLogin({ hostCount: 2 });
  const [host = ''] = await client.call<string[]>('host.get_all');
  const [network = ''] = await client.call<string[]>('network.get_all');
  vm = await client.call('VM.create', vmRecord({ VCPUs_max: 2, VCPUs_at_startup: 2 }));
  await client.call('VBD.create', vbdRecord(vm, await client.call('VDI.create', vdiRecord(client.sr))));
  await client.call('VIF.create', vifRecord(vm, network));
  await client.call('VM.start_on', vm, host, false, false);
  uuid = await client.call('VM.get_uuid', vm);
});

afterAll(async () => {
  await client.close();
});

/** Now, by the clock of the server. */
function now(): number {
  return Math.floor(client.server.clock.now() / 1000);
}

async function updates(query: string, host = 0): Promise<Updates> {
  const answer = await client.send('GET', `/rrd_updates?${query}&json=true`, { host });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json');
  return JSON.parse(answer.body.toString()) as Updates;
}

describe('S65 GET /rrd_updates', () => {
  it('names what is measured by function, kind, UUID and source', async () => {
    const { meta } = await updates(`start=${now() - 60}&cf=AVERAGE&interval=5&host=true`);
    const sources = meta.legend.filter((entry) => entry.includes(uuid)).map((entry) => entry.split(':')[3]);
    expect(sources).toEqual(
      expect.arrayContaining(['cpu0', 'cpu1', 'memory', 'vif_0_rx', 'vif_0_tx', 'vbd_xvda_iops_read']),
    );
    expect(meta.legend.every((entry) => /^AVERAGE:(vm|host):[0-9a-f-]{36}:\w+/.test(entry))).toBe(true);
    expect(meta.legend.some((entry) => /^AVERAGE:host:.*:memory_free_kib$/.test(entry))).toBe(true);
    expect(meta.columns).toBe(meta.legend.length);
  });

  it('has rows at multiples of the step, newest first, with texts, and gaps before the VM started', async () => {
    const start = now() - 60;
    const { meta, data } = await updates(`start=${start}&cf=AVERAGE&interval=5&vm_uuid=${uuid}`);
    expect(meta.step).toBe(5);
    expect(data.map((row) => row.t)).toEqual(data.map((row) => row.t).toSorted((a, b) => b - a));
    expect(data.every((row) => row.t % 5 === 0 && row.t > start)).toBe(true);
    expect([data[0]?.t, data.at(-1)?.t]).toEqual([meta.end, meta.start]);
    const column = meta.legend.findIndex((entry) => entry.endsWith(':cpu0'));
    expect(data.at(-1)?.values[column]).toBe('NaN');
    expect(data.flatMap((row) => row.values).every((value) => typeof value === 'string')).toBe(true);
  });

  it.each([
    ['interval=5', 5],
    ['interval=60', 60],
    ['interval=3600', 3600],
    ['interval=86400', 86_400],
    ['interval=7', 60],
  ])('takes the archive of %s', async (query, step) => {
    const { meta, data } = await updates(`start=0&${query}&cf=AVERAGE&host=true`);
    expect(meta.step).toBe(step);
    expect(data.length).toBe({ 5: 120, 60: 120, 3600: 168, 86_400: 366 }[step]);
  });

  it.each([
    [500, 5],
    [7000, 60],
    [500_000, 3600],
    [9_000_000, 86_400],
  ])('chooses the finest archive that reaches %i s back', async (back, step) => {
    expect((await updates(`start=${now() - back}&cf=AVERAGE&host=true`)).meta.step).toBe(step);
  });

  it('takes a negative start as seconds ago', async () => {
    expect((await updates('start=-30&interval=5&host=true')).data).toHaveLength(6);
  });

  it('keeps only averages in the finest archive, and orders smallest, mean and largest in the others', async () => {
    expect((await updates('start=-60&interval=5&cf=MAX&host=true')).meta.legend).toEqual([]);
    const { meta, data } = await updates('start=-600&interval=60&host=true');
    const value = (how: string): number => {
      const column = meta.legend.findIndex(
        (entry) => entry.startsWith(`${how}:host`) && entry.endsWith(':loadavg'),
      );
      return Number(data[0]?.values[column]);
    };
    expect(value('MIN')).toBeLessThanOrEqual(value('AVERAGE'));
    expect(value('AVERAGE')).toBeLessThanOrEqual(value('MAX'));
  });

  it('leaves out the VMs of other hosts, and storage unless it is asked for', async () => {
    expect((await updates('start=-60', 1)).meta.legend.some((entry) => entry.includes(uuid))).toBe(false);
    expect((await updates('start=-60')).meta.legend.some((entry) => entry.includes(':sr:'))).toBe(false);
    const sr = await client.call('SR.get_uuid', client.sr);
    const { meta } = await updates(`start=-60&sr_uuid=${sr}`);
    expect(meta.legend).toContain(`AVERAGE:sr:${sr}:iops_total`);
  });

  it('says the same again when asked again, in XML too', async () => {
    const query = `start=${now() - 20}&interval=5&cf=AVERAGE&vm_uuid=${uuid}`;
    const [first, xml] = [await updates(query), await client.send('GET', `/rrd_updates?${query}`)];
    const text = xml.body.toString();
    expect(xml.headers['content-type']).toBe('text/xml');
    expect(text.startsWith('<xport><meta><start>')).toBe(true);
    const oldest = first.data.at(-1);
    expect(text).toContain(
      `<row><t>${oldest?.t}</t>${(oldest?.values ?? []).map((value) => `<v>${value}</v>`).join('')}</row>`,
    );
  });

  it('refuses a request without a start, or without a session', async () => {
    expect((await client.send('GET', '/rrd_updates?cf=AVERAGE')).status).toBe(400);
    expect((await client.send('GET', '/rrd_updates?start=x')).status).toBe(400);
    const url = `${client.server.hosts[0]?.url ?? ''}/rrd_updates?start=0`;
    expect((await sendHttp('GET', url, {})).headers['www-authenticate']).toBe('Basic realm="rrd_updates"');
  });
});

describe('S65 GET /vm_rrd, /host_rrd, /sr_rrd', () => {
  it('give whole archives', async () => {
    const text = (await client.send('GET', '/host_rrd')).body.toString();
    expect(text).toMatch(/^<\?xml version="1.0"\?><rrd><version>0003<\/version><step>5<\/step>/);
    expect(text.match(/<rra>/g)).toHaveLength(10);
    const json = JSON.parse((await client.send('GET', `/vm_rrd?uuid=${uuid}&json=true`)).body.toString()) as {
      ds: { name: string }[];
      rra: { cf: string; database: string[][] }[];
    };
    expect(json.ds.map((source) => source.name)).toContain('cpu0');
    expect(json.rra[0]?.database).toHaveLength(120);
    expect(json.rra[0]?.database[0]).toHaveLength(json.ds.length);
  });

  it('send the client to the host of the VM, and know no archive of what never ran', async () => {
    const answer = await client.send('GET', `/vm_rrd?uuid=${uuid}`, { host: 1 });
    expect(answer.status).toBe(302);
    expect(answer.headers['location']).toContain(client.server.hosts[0]?.url);
    const idle = await client.call('VM.create', vmRecord());
    const idleUuid = await client.call('VM.get_uuid', idle);
    expect((await client.send('GET', `/vm_rrd?uuid=${idleUuid}`)).status).toBe(404);
  });
});

describe('S65 data sources by message', () => {
  it('are listed with their latest value, and recorded on demand', async () => {
    const list = await client.call<{ name_label: string; enabled: boolean; value: number }[]>(
      'VM.get_data_sources',
      vm,
    );
    const idle = list.find((source) => source.name_label === 'runnable_vcpus');
    expect(idle?.enabled).toBe(false);
    const legend = async (): Promise<string[]> => (await updates(`start=-10&vm_uuid=${uuid}`)).meta.legend;
    expect((await legend()).some((entry) => entry.endsWith(':runnable_vcpus'))).toBe(false);
    await client.call('VM.record_data_source', vm, 'runnable_vcpus');
    expect((await legend()).some((entry) => entry.endsWith(':runnable_vcpus'))).toBe(true);
    await client.call('VM.forget_data_source_archives', vm, 'runnable_vcpus');
    expect((await legend()).some((entry) => entry.endsWith(':runnable_vcpus'))).toBe(false);
    const memory = await client.call<number>('VM.query_data_source', vm, 'memory');
    expect(memory).toBe(2 ** 30);
  });

  it('refuse names that are not measured, and VMs that do not run', async () => {
    await expect(client.call('VM.query_data_source', vm, 'nonsense')).rejects.toThrow('INTERNAL_ERROR');
    const idle = await client.call('VM.create', vmRecord());
    await expect(client.call('VM.query_data_source', idle, 'cpu0')).rejects.toThrow('VM_BAD_POWER_STATE');
    expect(await client.call('VM.get_data_sources', idle)).toEqual([]);
  });
});
