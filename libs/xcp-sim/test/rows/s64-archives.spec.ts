// Row S64, second part: VMs as XVA archives over HTTP, out and in again.
import { gunzipSync, gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveAndLogin, type HttpClient, type TaskEnd } from '../support/http-client.js';
import { vbdRecord, vifRecord, vmRecord } from '../support/pool-under-test.js';

const MIB = 2 ** 20;
let client: HttpClient;
let vm = '';
let disk = '';
const content = Buffer.concat([randomBytes(MIB + 5), Buffer.alloc(4 * MIB), randomBytes(7)]);

beforeAll(async () => {
  client = await serveAndLogin({ hostCount: 2 });
  const [network = ''] = await client.call<string[]>('network.get_all');
  vm = await client.call('VM.create', vmRecord({ name_label: 'web', name_description: 'a <web> & more' }));
  disk = await client.makeDisk({ name_label: 'root disk' });
  await client.call('VBD.create', vbdRecord(vm, disk, { bootable: true, userdevice: '0' }));
  await client.call('VIF.create', vifRecord(vm, network, { MAC: '02:00:00:00:00:01' }));
  await client.upload(`/import_raw_vdi?vdi=${disk}`, content);
});

afterAll(async () => {
  await client.close();
});

/** Objects that a failed import must not leave behind. */
function census(): Record<string, number> {
  const { db } = client.server.pool;
  return Object.fromEntries(
    ['VM', 'VDI', 'VBD', 'VIF', 'network', 'VM_metrics'].map((cls) => [cls, db.count(cls)]),
  );
}

async function exported(options = ''): Promise<Buffer> {
  const answer = await client.send('GET', `/export?uuid=${await client.call('VM.get_uuid', vm)}${options}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

/** Names and places of the members of an archive. */
function membersOf(archive: Buffer): { name: string; at: number; size: number }[] {
  const members = [];
  for (let at = 0; archive[at] !== 0 && at < archive.length;) {
    const name = archive.toString('latin1', at, archive.indexOf(0, at));
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8);
    members.push({ name, at: at + 512, size });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return members;
}

function vmOf(end: TaskEnd): string {
  return /<value>(OpaqueRef:[\w-]+)<\/value>/.exec(end.result)?.[1] ?? '';
}

async function diskBytes(of: string): Promise<Buffer> {
  const [vbd = ''] = await client.call<string[]>('VM.get_VBDs', of);
  const vdi = await client.call('VBD.get_VDI', vbd);
  return (await client.send('GET', `/export_raw_vdi?vdi=${vdi}`)).body;
}

describe('S64 GET /export', () => {
  it('writes records first, then chunks with checksums, zeros left out', async () => {
    const archive = await exported();
    const names = membersOf(archive).map((member) => member.name);
    expect(names[0]).toBe('ova.xml');
    const chunks = names.filter((name) => /\/\d{8}$/.test(name)).map((name) => name.split('/')[1]);
    expect(chunks).toEqual(['00000000', '00000001', '00000005', '00000007']);
    expect(names.filter((name) => name.endsWith('.xxhash'))).toHaveLength(4);
  });

  it('packs the archive where it is told to', async () => {
    const plain = await exported();
    expect(gunzipSync(await exported('&use_compression=true')).length).toBe(plain.length);
    const packed = await exported('&use_compression=zstd');
    expect([...packed.subarray(0, 4)]).toEqual([0x28, 0xb5, 0x2f, 0xfd]);
  });

  it('refuses a running VM, with the reason in the task', async () => {
    await client.call('VM.start', vm, false, false);
    const task = await client.call('task.create', 'export', '');
    const answer = await client.send('GET', `/export?ref=${vm}&task_id=${task}`);
    expect(answer.status).toBe(500);
    expect((await client.taskEnd(task)).error_info.slice(0, 2)).toEqual(['VM_BAD_POWER_STATE', vm]);
    await client.call('VM.hard_shutdown', vm);
  });

  it('says 500 without a VM and for an unknown one', async () => {
    expect((await client.send('GET', '/export?x=1')).status).toBe(500);
    expect((await client.send('GET', '/export?uuid=none')).status).toBe(500);
  });
});

describe('S64 PUT /import', () => {
  it.each([
    ['plain', ''],
    ['gzip', '&use_compression=gzip'],
    ['zstd', '&use_compression=zstd'],
  ])('makes the VM again from a %s archive, with new identities', async (_name, option) => {
    const archive = await exported(option);
    const end = await client.upload(`/import?sr_id=${client.sr}`, archive);
    expect(end).toMatchObject({ status: 'success', progress: 1 });
    const made = vmOf(end);
    const record = await client.call<Record<string, unknown>>('VM.get_record', made);
    expect(record).toMatchObject({
      name_label: 'web',
      name_description: 'a <web> & more',
      power_state: 'Halted',
      is_a_template: false,
      current_operations: {},
    });
    expect(record['uuid']).not.toBe(await client.call('VM.get_uuid', vm));
    const bytes = await diskBytes(made);
    expect(bytes.subarray(0, content.length).equals(content)).toBe(true);
    const [vif = ''] = await client.call<string[]>('VM.get_VIFs', made);
    expect(await client.call('VIF.get_MAC', vif)).not.toBe('02:00:00:00:00:01');
    await client.call('VM.start', made, false, false);
    await client.call('VM.hard_shutdown', made);
  });

  it('keeps identities where it restores, but never twice', async () => {
    const archive = await exported();
    const uuid = await client.call('VM.get_uuid', vm);
    const twice = await client.upload(`/import?sr_id=${client.sr}&restore=true`, archive);
    expect(twice.error_info).toEqual(['DUPLICATE_VM', vm]);
    await client.call('VM.destroy', vm);
    const end = await client.upload(`/import?sr_id=${client.sr}&restore=true`, archive);
    vm = vmOf(end);
    expect(await client.call('VM.get_uuid', vm)).toBe(uuid);
    const [vif = ''] = await client.call<string[]>('VM.get_VIFs', vm);
    expect(await client.call('VIF.get_MAC', vif)).toBe('02:00:00:00:00:01');
  });

  it('takes the snapshot of a running machine, as a machine that starts', async () => {
    await client.call('VM.start', vm, false, false);
    const snapshot = await client.call('VM.snapshot', vm, 'backup');
    await client.call('VM.set_is_a_template', snapshot, false);
    const archive = await client.send('GET', `/export?ref=${snapshot}`);
    expect(archive.status).toBe(200);
    await client.call('VM.hard_shutdown', vm);
    const made = vmOf(await client.upload(`/import?sr_id=${client.sr}`, archive.body));
    expect(await client.call('VM.get_is_a_snapshot', made)).toBe(false);
    await client.call('VM.start', made, false, false);
    await client.call('VM.hard_shutdown', made);
    expect((await diskBytes(made)).subarray(0, content.length).equals(content)).toBe(true);
  });

  it('takes a machine that sleeps, with its memory: it wakes where it fell asleep', async () => {
    await client.call('VM.start', vm, false, false);
    await client.call('VM.suspend', vm);
    const archive = await exported();
    await client.call('VM.hard_shutdown', vm);
    const space = async (): Promise<number> =>
      Number(await client.call('SR.get_virtual_allocation', client.sr));
    const before = await space();
    const made = vmOf(await client.upload(`/import?sr_id=${client.sr}`, archive));
    const record = await client.call<Record<string, unknown>>('VM.get_record', made);
    expect(record).toMatchObject({ power_state: 'Suspended', resident_on: 'OpaqueRef:NULL' });
    expect(record['allowed_operations']).toContain('resume');
    const memory = await client.call<{ type: string; virtual_size: number }>(
      'VDI.get_record',
      record['suspend_VDI'],
    );
    expect(memory).toMatchObject({ type: 'suspend', virtual_size: record['memory_static_max'] });
    expect((await space()) - before).toBeGreaterThanOrEqual(memory.virtual_size);
    const vbds = await client.call<string[]>('VM.get_VBDs', made);
    expect(await client.call('VBD.get_currently_attached', vbds[0])).toBe(true);
    await client.call('VM.resume', made, false, false);
    expect(await client.call('VM.get_record', made)).toMatchObject({
      power_state: 'Running',
      suspend_VDI: 'OpaqueRef:NULL',
    });
    await client.call('VM.hard_shutdown', made);
    await client.call('VM.destroy', made);
  });

  it('fetches an archive itself, by message', async () => {
    const query = `ref=${vm}&session_id=${client.session}`;
    const url = `${client.server.hosts[0]?.url ?? ''}/export?${query}`;
    const made = await client.call<string[]>('VM.import', url, client.sr, false, false);
    expect(await client.call('VM.get_name_label', made[0])).toBe('web');
    expect((await diskBytes(made[0] ?? '')).subarray(0, content.length).equals(content)).toBe(true);
    for (const wrong of ['file:///etc/passwd', url.replace('/export', '/nowhere')])
      await expect(client.call('VM.import', wrong, client.sr, false, false)).rejects.toThrow('IMPORT_ERROR');
  });

  it('takes archives with the older checksums', async () => {
    const archive = await exported();
    const { createHash } = await import('node:crypto');
    const old = rebuilt(archive, (name, bytes, before) =>
      name.endsWith('.xxhash')
        ? [name.replace('.xxhash', '.checksum'), Buffer.from(createHash('sha1').update(before).digest('hex'))]
        : [name, bytes],
    );
    expect((await client.upload(`/import?sr_id=${client.sr}`, old)).status).toBe('success');
  });
});

describe('S64 PUT /import of broken archives', () => {
  let before: Record<string, number>;
  beforeEach(() => (before = census()));

  it.each<[string, (archive: Buffer) => Buffer, string]>([
    [
      'cut in the middle',
      (archive) => archive.subarray(0, archive.length - 700_000),
      'IMPORT_ERROR_PREMATURE_EOF',
    ],
    ['without its last chunk', withoutLastChunk, 'IMPORT_ERROR_PREMATURE_EOF'],
    ['with a flipped byte', flipped, 'IMPORT_ERROR_SOME_CHECKSUMS_FAILED'],
    ['without records', (archive) => renamed(archive, /ova.xml$/, 'readme'), 'IMPORT_ERROR_UNEXPECTED_FILE'],
    ['that is no tar', () => Buffer.alloc(MIB, 'no tar at all '), 'IMPORT_ERROR'],
    [
      'with a stranger among the chunks',
      (archive) => renamed(archive, /00000001$/, '../../etc/passwd'),
      'IMPORT_ERROR_UNEXPECTED_FILE',
    ],
    [
      'with chunks out of order',
      (archive) => renamed(archive, /00000005$/, 'Ref:9/00000000'),
      'IMPORT_ERROR_UNEXPECTED_FILE',
    ],
    ['with records that are no XML', (archive) => replacedOva(archive, '<value><struct>'), 'IMPORT_ERROR'],
    [
      'of a later layout',
      (archive) => ovaEdited(archive, /(export_vsn<\/name><value>)2/, '$19'),
      'IMPORT_INCOMPATIBLE_VERSION',
    ],
    ['packed and cut', (archive) => gzipSync(archive).subarray(0, 600_000), 'IMPORT_ERROR_PREMATURE_EOF'],
  ])('leaves nothing of one %s', async (_what, damage, code) => {
    const end = await client.upload(`/import?sr_id=${client.sr}`, damage(await exported()));
    expect([end.status, end.error_info[0]]).toEqual(['failure', code]);
    expect(census()).toEqual(before);
  });

  it('ignores checksums when it is forced', async () => {
    const end = await client.upload(`/import?sr_id=${client.sr}&force=true`, flipped(await exported()));
    expect(end.status).toBe('success');
  });

  it('leaves nothing when the storage is full', async () => {
    const { db } = client.server.pool;
    const sr = db.get('SR', client.sr);
    const capacity = sr.int('capacity_bytes');
    const archive = await exported();
    db.update(sr, { capacity_bytes: sr.int('physical_utilisation') + 4 * MIB });
    const end = await client.upload(`/import?sr_id=${client.sr}`, archive);
    db.update(sr, { capacity_bytes: capacity });
    expect(end.error_info[0]).toBe('SR_BACKEND_FAILURE_44');
    expect(census()).toEqual(before);
  });

  it('refuses chunked bodies, and pools without a default SR', async () => {
    const chunked = await client.send('PUT', '/import?x=1', { headers: { 'transfer-encoding': 'chunked' } });
    expect(chunked.status).toBe(403);
    const { db, pool } = client.server.pool;
    const usual = pool.link('default_SR');
    db.update(pool, { default_SR: 'OpaqueRef:NULL' });
    const task = await client.call('task.create', 'import', '');
    await client.send('PUT', `/import?task_id=${task}`, { body: Buffer.alloc(10) });
    expect((await client.taskEnd(task)).error_info[0]).toBe('DEFAULT_SR_NOT_FOUND');
    db.update(pool, { default_SR: usual });
  });

  it('sends the client to a host that sees the storage', async () => {
    const { db } = client.server.pool;
    const [pbd] = db.follow('PBD', db.get('SR', client.sr).set('PBDs'));
    if (pbd === undefined) throw new Error('no PBD');
    db.update(pbd, { currently_attached: false });
    const answer = await client.send('PUT', `/import?sr_id=${client.sr}`, { body: Buffer.alloc(0) });
    expect([
      answer.status,
      String(answer.headers['location']).includes(client.server.hosts[1]?.address ?? 'x'),
    ]).toEqual([302, true]);
    db.update(pbd, { currently_attached: true });
  });
});

describe('S64 /export_metadata and /import_metadata', () => {
  it('carry the records alone', async () => {
    const records = (await client.send('GET', `/export_metadata?ref=${vm}`)).body;
    expect(membersOf(records).map((member) => member.name)).toEqual(['ova.xml']);
    const disks = client.server.pool.db.count('VDI');
    const end = await client.upload('/import_metadata?x=1', records);
    expect(end.status).toBe('success');
    expect(client.server.pool.db.count('VDI')).toBe(disks);
    await client.call('VM.destroy', vmOf(end));
    const before = census();
    expect((await client.upload('/import_metadata?dry_run=true', records)).status).toBe('success');
    expect(census()).toEqual(before);
  });
});

type Change = (name: string, bytes: Buffer, before: Buffer) => [string, Buffer];

/** The archive again, each member changed; header checksums right. */
function rebuilt(archive: Buffer, change: Change): Buffer {
  const parts: Buffer[] = [];
  let previous: Buffer = Buffer.alloc(0);
  for (const { name, at, size } of membersOf(archive)) {
    const bytes = archive.subarray(at, at + size);
    const [newName, content] = change(name, bytes, previous);
    previous = bytes;
    const header = Buffer.from(archive.subarray(at - 512, at));
    header.fill(0, 0, 100);
    header.write(newName, 0);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.write('        ', 148, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    parts.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function renamed(archive: Buffer, which: RegExp, name: string): Buffer {
  return rebuilt(archive, (before, bytes) => [which.test(before) ? name : before, bytes]);
}

function replacedOva(archive: Buffer, text: string): Buffer {
  return rebuilt(archive, (name, bytes) => [name, name === 'ova.xml' ? Buffer.from(text) : bytes]);
}

function ovaEdited(archive: Buffer, from: RegExp, to: string): Buffer {
  const [ova] = membersOf(archive);
  const text = archive.toString('utf8', ova?.at, (ova?.at ?? 0) + (ova?.size ?? 0));
  return replacedOva(archive, text.replace(from, to));
}

function withoutLastChunk(archive: Buffer): Buffer {
  const last = membersOf(archive).findLast((member) => member.name.endsWith('/00000007'));
  return Buffer.concat([archive.subarray(0, (last?.at ?? 512) - 512), Buffer.alloc(1024)]);
}

function flipped(archive: Buffer): Buffer {
  const bytes = Buffer.from(archive);
  const chunk = membersOf(archive).find((member) => member.name.endsWith('/00000000'));
  bytes[(chunk?.at ?? 0) + 99] = (bytes[(chunk?.at ?? 0) + 99] ?? 0) ^ 1;
  return bytes;
}
