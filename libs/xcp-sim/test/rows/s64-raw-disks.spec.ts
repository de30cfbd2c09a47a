// Row S64, first part: raw disks over HTTP. What is uploaded is what is downloaded.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from 'node:net';
import { sendHttp, serveAndLogin, type HttpClient, type TaskEnd } from '../support/http-client.js';
import type { FaultEffect } from '@openvsys/xcp-sim';

const MIB = 2 ** 20;
let client: HttpClient;

beforeAll(async () => {
  client = await serveAndLogin({
    directory: [
      { name: 'reader', password: 'pw', role: 'read-only' },
      { name: 'owner', password: 'pw', role: 'vm-admin' },
    ],
  });
});

afterAll(async () => {
  await client.close();
});

/** 8 MiB with data at the start, in the middle (not aligned) and at the very end. */
function sample(): Buffer {
  const bytes = Buffer.alloc(8 * MIB);
  randomBytes(70_000).copy(bytes, 0);
  randomBytes(5000).copy(bytes, 3 * MIB + 777);
  randomBytes(512).copy(bytes, 8 * MIB - 512);
  return bytes;
}

describe('S64 PUT /import_raw_vdi, GET /export_raw_vdi', () => {
  it('give back the bytes that were written, and note what they take', async () => {
    const vdi = await client.makeDisk();
    const bytes = sample();
    const end = await client.upload(`/import_raw_vdi?vdi=${vdi}&format=raw`, bytes);
    expect(end).toMatchObject({ status: 'success', progress: 1, result: '<value></value>' });
    const answer = await client.send('GET', `/export_raw_vdi?vdi=${vdi}&format=raw`);
    expect(answer.status).toBe(200);
    expect(answer.headers['task-id']).toMatch(/^OpaqueRef:/);
    expect(answer.body.equals(bytes)).toBe(true);
    expect(await client.call<number>('VDI.get_physical_utilisation', vdi)).toBe(10 * MIB);
  });

  it('take a UUID as well as a reference, and leave what the image does not reach', async () => {
    const vdi = await client.makeDisk();
    const uuid = await client.call('VDI.get_uuid', vdi);
    await client.upload(`/import_raw_vdi?vdi=${uuid}`, Buffer.alloc(3 * MIB, 1));
    await client.upload(`/import_raw_vdi?vdi=${uuid}`, Buffer.from('short'));
    const { body } = await client.send('GET', `/export_raw_vdi?vdi=${uuid}`);
    expect(body.toString('latin1', 0, 6)).toBe('short\x01');
    expect(body[3 * MIB - 1]).toBe(1);
    expect(body[3 * MIB]).toBe(0);
  });

  it('carry the same disk as VHD, sparse, and read it back from VHD', async () => {
    const [from, to] = [await client.makeDisk(), await client.makeDisk()];
    const bytes = sample();
    await client.upload(`/import_raw_vdi?vdi=${from}`, bytes);
    // Only the first two blocks and the last one get data in this disk.
    const image = await client.send('GET', `/export_raw_vdi?vdi=${from}&format=vhd`);
    expect(image.body.toString('latin1', 0, 8)).toBe('conectix');
    const end = await client.upload(`/import_raw_vdi?vdi=${to}&format=vhd`, image.body);
    expect(end.status).toBe('success');
    const back = await client.send('GET', `/export_raw_vdi?vdi=${to}`);
    expect(back.body.equals(bytes)).toBe(true);
  });

  it('export what differs from another disk as a differencing VHD', async () => {
    const vdi = await client.makeDisk();
    await client.upload(`/import_raw_vdi?vdi=${vdi}`, sample());
    const snapshot = await client.call('VDI.snapshot', vdi);
    await client.upload(`/import_raw_vdi?vdi=${vdi}`, Buffer.from('changed'));
    const delta = await client.send('GET', `/export_raw_vdi?vdi=${vdi}&format=vhd&base=${snapshot}`);
    expect(delta.body.readUInt32BE(60)).toBe(4);
    expect(delta.body.length).toBeLessThan(3 * MIB);
    const full = await client.send('GET', `/export_raw_vdi?vdi=${vdi}&format=vhd`);
    expect(full.body.length).toBeGreaterThan(8 * MIB);
  });

  it('take the sparse framing of the toolstack', async () => {
    const vdi = await client.makeDisk();
    const piece = (offset: number, text: string): Buffer => {
      const head = Buffer.alloc(12);
      head.writeBigUInt64LE(BigInt(offset), 0);
      head.writeUInt32LE(text.length, 8);
      return Buffer.concat([head, Buffer.from(text)]);
    };
    const stream = Buffer.concat([piece(5 * MIB, 'far'), piece(10, 'near'), piece(0, '')]);
    expect((await client.upload(`/import_raw_vdi?vdi=${vdi}&chunked=true`, stream)).status).toBe('success');
    const { body } = await client.send('GET', `/export_raw_vdi?vdi=${vdi}`);
    expect([body.toString('latin1', 10, 14), body.toString('latin1', 5 * MIB, 5 * MIB + 3)]).toEqual([
      'near',
      'far',
    ]);
    const cut = await client.upload(`/import_raw_vdi?vdi=${vdi}&chunked=true`, stream.subarray(0, 20));
    expect(cut.error_info[0]).toBe('VDI_IO_ERROR');
  });

  it('make a disk of a raw image in an SR, and refuse other formats there', async () => {
    const end = await client.upload(`/import_raw_vdi?sr_id=${client.sr}`, Buffer.alloc(MIB, 7));
    const vdi = /<value>(OpaqueRef:[\w-]+)<\/value>/.exec(end.result)?.[1] ?? '';
    expect(await client.call('VDI.get_name_label', vdi)).toBe('Imported VDI');
    expect(await client.call<number>('VDI.get_virtual_size', vdi)).toBe(2 * MIB);
    const refused = await client.send('PUT', `/import_raw_vdi?sr_id=${client.sr}&format=vhd`, {
      body: Buffer.alloc(512),
    });
    expect(refused.status).toBe(400);
  });

  it('fail late when the image is larger than the disk, and say so in the task', async () => {
    const vdi = await client.makeDisk();
    const end = await client.upload(`/import_raw_vdi?vdi=${vdi}`, Buffer.alloc(9 * MIB, 1));
    expect(end).toMatchObject({ status: 'failure', error_info: ['VDI_IO_ERROR', 'Device I/O errors'] });
    await client.call('VDI.destroy', vdi);
  });

  it.each([
    ['a broken footer', (image: Buffer) => image.fill(0, 64, 68)],
    ['a broken header', (image: Buffer) => image.fill(0, 512 + 36, 512 + 40)],
    ['a table entry into the past', (image: Buffer) => void image.writeUInt32BE(1, 1536)],
    ['no end', (image: Buffer) => image.subarray(0, image.length - 700)],
    ['a disk larger than the target', (image: Buffer) => resized(image, 2 ** 40)],
  ])('refuse a VHD with %s', async (_what, damage) => {
    const vdi = await client.makeDisk();
    await client.upload(`/import_raw_vdi?vdi=${vdi}`, Buffer.alloc(100_000, 3));
    const image = (await client.send('GET', `/export_raw_vdi?vdi=${vdi}&format=vhd`)).body;
    const damaged = damage(image) ?? image;
    const end = await client.upload(`/import_raw_vdi?vdi=${vdi}&format=vhd`, damaged);
    expect(end).toMatchObject({ status: 'failure', error_info: ['VDI_IO_ERROR', 'Device I/O errors'] });
  });

  it('refuse chunked bodies, missing arguments, unknown disks and other people', async () => {
    const vdi = await client.makeDisk();
    const put = `/import_raw_vdi?vdi=${vdi}`;
    const chunked = await client.send('PUT', put, { headers: { 'transfer-encoding': 'chunked' } });
    expect(chunked.status).toBe(404);
    expect((await client.send('PUT', '/import_raw_vdi?x=1', { body: Buffer.of(1) })).status).toBe(500);
    expect((await client.send('GET', '/export_raw_vdi?vdi=OpaqueRef:none')).status).toBe(500);
    expect((await client.send('GET', `/export_raw_vdi?vdi=${vdi}&format=qcow`)).status).toBe(400);
    expect((await client.send('PUT', put, { body: Buffer.of(1), session: 'OpaqueRef:bad' })).status).toBe(
      401,
    );
  });

  it('are closed to people with a weaker role', async () => {
    const vdi = await client.makeDisk();
    const url = `${client.server.hosts[0]?.url ?? ''}/export_raw_vdi?vdi=${vdi}`;
    const statusFor = async (name: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`${name}:pw`).toString('base64')}`;
      return (await sendHttp('GET', url, { headers: { authorization } })).status;
    };
    expect([await statusFor('reader'), await statusFor('owner'), await statusFor('nobody')]).toEqual([
      403, 200, 401,
    ]);
  });

  it('take a name and password instead of a session', async () => {
    const vdi = await client.makeDisk();
    const url = `${client.server.hosts[0]?.url ?? ''}/export_raw_vdi?vdi=${vdi}`;
    const authorization = `Basic ${Buffer.from('root:secret').toString('base64')}`;
    expect((await sendHttp('GET', url, { headers: { authorization } })).status).toBe(200);
  });

  it('send the client to a host that sees the storage', async () => {
    const { db } = client.server.pool;
    const [pbd] = db.follow('PBD', db.get('SR', client.sr).set('PBDs'));
    const vdi = await client.makeDisk();
    if (pbd === undefined) throw new Error('no PBD');
    db.update(pbd, { currently_attached: false });
    const answer = await client.send('PUT', `/import_raw_vdi?vdi=${vdi}`, { body: Buffer.of(1) });
    expect(answer.status).toBe(302);
    const location = String(answer.headers['location']);
    expect(location.startsWith(client.server.hosts[1]?.url ?? 'none')).toBe(true);
    expect((await sendHttp('PUT', location, { body: Buffer.from('there') })).status).toBe(200);
    db.update(pbd, { currently_attached: true });
    const back = await client.send('GET', `/export_raw_vdi?vdi=${vdi}`);
    expect(back.body.toString('latin1', 0, 5)).toBe('there');
  });

  it('fail the task when the client leaves in the middle, and free the disk', async () => {
    const vdi = await client.makeDisk();
    const task = await client.call('task.create', 'upload', '');
    const { hostname, port } = new URL(client.server.hosts[0]?.url ?? '');
    const socket = connect(Number(port), hostname);
    const query = `vdi=${vdi}&task_id=${task}&session_id=${client.session}`;
    socket.write(`PUT /import_raw_vdi?${query} HTTP/1.1\r\nHost: x\r\nContent-Length: ${MIB}\r\n\r\npart`);
    // 200 comes before the body is there.
    const head = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    expect(head).toMatch(/^HTTP\/1.1 200/);
    expect(await client.call<string[]>('VDI.get_VBDs', vdi)).toHaveLength(1);
    socket.destroy();
    expect(await client.taskEnd(task)).toMatchObject({ status: 'failure' });
    await client.call('VDI.destroy', vdi);
  });

  it('stop when the task is cancelled', async () => {
    const vdi = await client.makeDisk();
    const task = await client.call('task.create', 'upload', '');
    const { hostname, port } = new URL(client.server.hosts[0]?.url ?? '');
    const socket = connect(Number(port), hostname);
    const query = `vdi=${vdi}&task_id=${task}&session_id=${client.session}`;
    socket.write(`PUT /import_raw_vdi?${query} HTTP/1.1\r\nHost: x\r\nContent-Length: ${8 * MIB}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    await client.call('task.cancel', task);
    socket.on('error', () => undefined);
    socket.write(Buffer.alloc(4 * MIB));
    expect(await client.taskEnd(task)).toMatchObject({
      status: 'cancelled',
      error_info: ['TASK_CANCELLED', task],
    });
    socket.destroy();
  });

  it('refuse a disk that a guest writes to, and one that is full of snapshots to read only', async () => {
    const vdi = await client.makeDisk();
    const snapshot = await client.call('VDI.snapshot', vdi);
    const task = await client.call('task.create', 'upload', '');
    const answer = await client.send('PUT', `/import_raw_vdi?vdi=${snapshot}&task_id=${task}`, {
      body: Buffer.of(1),
    });
    expect(answer.status).toBe(500);
    expect((await client.taskEnd(task)).error_info).toEqual(['VDI_READONLY', snapshot]);
  });

  it('fail with the storage full, and remove the disk that was being made', async () => {
    const { db } = client.server.pool;
    const sr = db.get('SR', client.sr);
    const before = sr.int('capacity_bytes');
    const disks = db.count('VDI');
    db.update(sr, { capacity_bytes: sr.int('physical_utilisation') + 4 * MIB });
    const end = await client.upload(`/import_raw_vdi?sr_id=${client.sr}`, Buffer.alloc(6 * MIB, 1));
    expect(end.error_info[0]).toBe('SR_BACKEND_FAILURE_44');
    db.update(sr, { capacity_bytes: before });
    expect(db.count('VDI')).toBe(disks);
  });

  describe('under fault rules', () => {
    let vdi = '';
    const put = async (): Promise<{ status: number; task: TaskEnd }> => {
      const task = await client.call('task.create', 'upload', '');
      const answer = await client
        .send('PUT', `/import_raw_vdi?vdi=${vdi}&task_id=${task}`, { body: Buffer.of(1) })
        .catch(() => ({ status: 0 }));
      const record = await client.call<TaskEnd>('task.get_record', task);
      return { status: answer.status, task: record };
    };
    const under = (effect: FaultEffect): void => {
      client.server.faults.add({ method: 'PUT /import_raw_vdi', object: vdi, count: 1, effect });
    };

    beforeAll(async () => {
      vdi = await client.makeDisk();
    });

    it('fail before or after the effect', async () => {
      under({ kind: 'error', code: 'VDI_IO_ERROR', params: ['by rule'] });
      expect(await put()).toMatchObject({ status: 500, task: { error_info: ['VDI_IO_ERROR', 'by rule'] } });
      under({ kind: 'fail-late', code: 'SR_BACKEND_FAILURE_46', params: [] });
      expect(await put()).toMatchObject({ status: 200, task: { error_info: ['SR_BACKEND_FAILURE_46'] } });
    });

    it('lose requests and answers, and answer pages', async () => {
      under({ kind: 'lose-request' });
      expect((await put()).status).toBe(0);
      under({ kind: 'http', status: 503 });
      expect((await put()).status).toBe(503);
      under({ kind: 'lose-answer' });
      expect((await put()).task.status).toBe('success');
    });

    it('cut downloads short', async () => {
      const rule = { method: 'GET /export_raw_vdi', object: vdi, count: 1 };
      client.server.faults.add({ ...rule, effect: { kind: 'truncate-answer' } });
      const answer = await client.send('GET', `/export_raw_vdi?vdi=${vdi}`);
      expect(answer.body.length).toBeLessThanOrEqual(64 * 1024);
      expect((await client.send('GET', `/export_raw_vdi?vdi=${vdi}`)).body.length).toBe(8 * MIB);
    });
  });
});

function resized(image: Buffer, size: number): Buffer {
  image.writeBigUInt64BE(BigInt(size), 48);
  let sum = 0;
  for (let at = 0; at < 512; at += 1) if (at < 64 || at >= 68) sum += image[at] ?? 0;
  image.writeUInt32BE(~sum >>> 0, 64);
  return image;
}
