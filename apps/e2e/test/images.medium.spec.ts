/** Images through the public API, brought into a pool by real workers: made servers of, damaged, killed, given back. */
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ImageUser, readLedger, sorted, until } from '../src/index.js';
import { remove, useCloud } from './use-cloud.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** Of the pool. */
const STORAGE_GIB = 256;
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** A disk of so many MiB with something on it here and there. */
function diskOf(mib: number): Buffer {
  const disk = Buffer.alloc(mib * MIB);
  for (let at = 0; at < disk.length; at += 4 * MIB) randomBytes(4096).copy(disk, at);
  return disk;
}

/** One member of a tar file (POSIX ustar). */
function member(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const BLOCK = 2 * MIB;

/** The sum that VHD structures carry at `at`: the complement of all their other bytes. */
function withSum(structure: Buffer, at: number): Buffer {
  structure.writeUInt32BE(~structure.reduce((sum, byte) => sum + byte, 0) >>> 0, at);
  return structure;
}

/** A dynamic VHD of that size with nothing in it (Virtual Hard Disk Image Format Specification 1.0). */
function emptyVhd(bytes: number): Buffer {
  const footer = Buffer.alloc(512);
  footer.write('conectix');
  footer.writeUInt32BE(2, 8);
  footer.writeUInt32BE(0x0001_0000, 12);
  footer.writeBigUInt64BE(512n, 16);
  footer.write('tap', 28);
  footer.writeBigUInt64BE(BigInt(bytes), 40);
  footer.writeBigUInt64BE(BigInt(bytes), 48);
  footer.writeUInt32BE(3, 60);
  withSum(footer, 64);
  const header = Buffer.alloc(1024);
  header.write('cxsparse');
  header.writeBigUInt64BE(2n ** 64n - 1n, 8);
  header.writeBigUInt64BE(1536n, 16);
  header.writeUInt32BE(0x0001_0000, 24);
  header.writeUInt32BE(bytes / BLOCK, 28);
  header.writeUInt32BE(BLOCK, 32);
  withSum(header, 36);
  const table = Buffer.alloc(Math.ceil(((bytes / BLOCK) * 4) / 512) * 512, 0xff);
  return Buffer.concat([footer, header, table, footer]);
}

const ovf = (href: string): Buffer =>
  Buffer.from(`<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="urn:r">
<References><File ovf:href="${href}" ovf:id="f"/></References>
<DiskSection><Disk ovf:diskId="d" ovf:fileRef="f" ovf:capacity="8" ovf:capacityAllocationUnits="byte * 2^20"/></DiskSection>
<VirtualSystem ovf:id="one"><VirtualHardwareSection>
<Item><rasd:ResourceType>17</rasd:ResourceType><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:HostResource>/disk/d</rasd:HostResource></Item>
</VirtualHardwareSection></VirtualSystem></Envelope>`);
const tarOf = (...members: readonly Buffer[]): Buffer => Buffer.concat([...members, Buffer.alloc(1024)]);

const SERVER = (image: string): string => `
apiVersion: openvsys/v1
kind: VsysDescriptor
metadata: { name: of-image, version: 1.0.0 }
vnets:
  app: { cidr: 10.21.0.0/24 }
vservers:
  app: { type: standard.tiny, image: '${image}', nics: [{ vnet: app }] }
`;

describe('an image of a tenant', () => {
  const cloud = useCloud({ simulator: { XCP_SIM_SR_SIZE_GIB: String(STORAGE_GIB) } });
  const user = (): ImageUser => new ImageUser(cloud().access.url, cloud().access.token);

  it('comes in pieces, becomes servers, gives new images and disks, and goes', async () => {
    const disk = diskOf(24);
    const uploaded = await user().upload(
      { name: 'base', format: 'raw', content: disk, sha256: sha256(disk) },
      3,
    );
    expect(uploaded).toMatchObject({ status: 200, body: { state: 'importing', reference: 'base:1' } });
    const { template } = uploaded.body;
    expect(await user().ended(template)).toMatchObject([
      { kind: 'image.import', state: 'succeeded', error: null },
    ]);
    const image = await user().ask('GET', '/v1/images/base');
    expect(image.body).toMatchObject({
      state: 'available',
      sha256: sha256(disk),
      systemDiskGiB: 1,
      places: 1,
    });

    const { tenant } = cloud();
    expect(await readLedger(cloud().database)).toMatchObject({ openIntervals: 1, brokenInvariants: [] });
    const made = await tenant.create({ name: 'of-image', source: SERVER('base') });
    expect(await tenant.ended(made.operation.id)).toMatchObject({ state: 'succeeded', error: null });
    expect((await user().ask('DELETE', '/v1/images/base')).status).toBe(409);
    const server = `${made.vsysId}-S-0001`;
    const running = await user().ask('POST', '/v1/images/captures', {
      name: 'golden',
      title: 'x',
      serverId: server,
    });
    expect(running).toMatchObject({ status: 409, body: { details: { state: 'running' } } });
    const stop = await tenant.power('stop', server);
    await tenant.ended(stop.operation.id);
    const captured = await user().ask('POST', '/v1/images/captures', {
      name: 'golden',
      title: 'x',
      serverId: server,
    });
    expect(captured).toMatchObject({ status: 202, body: { image: { state: 'importing' } } });
    const golden = 'DEMO0001_golden_1';
    expect(await user().ended(golden)).toMatchObject([{ kind: 'image.capture', state: 'succeeded' }]);

    const exported = await user().ask('POST', '/v1/images/golden/export', { format: 'raw' });
    expect(exported.status).toBe(202);
    await user().ended(golden);
    const link = `${cloud().access.url}${new URL(String(exported.body['url'])).pathname}`;
    const content = Buffer.from(await (await fetch(link)).arrayBuffer());
    expect(sha256(content.subarray(0, disk.length))).toBe(sha256(disk));
    expect((await fetch(link)).status).toBe(404);

    await remove(cloud(), made.vsysId);
    for (const name of ['golden', 'base']) {
      const gone = await user().ask('DELETE', `/v1/images/${name}`);
      expect(gone).toMatchObject({ status: 202, body: { items: [{ kind: 'image.remove' }] } });
    }
    expect(await user().ended(template)).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
    await user().ended(golden);
    expect((await user().ask('GET', '/v1/images/base')).status).toBe(404);
    expect(await readLedger(cloud().database)).toMatchObject({ openIntervals: 0, brokenInvariants: [] });
    expect(sorted(await cloud().objects())).toEqual(cloud().emptyPool);
  });

  it('that is damaged, cunning or not what it says is refused with the reason, and leaves nothing', async () => {
    const disk = diskOf(8);
    const cases: readonly (readonly [string, string, Buffer, object, string?])[] = [
      ['truncated', 'vhd', disk.subarray(0, 3 * MIB + 17), { code: 'invalid-parameter', pointer: '/source' }],
      ['not-a-tar', 'ova', randomBytes(4096), { code: 'invalid-parameter', pointer: '/source' }],
      ['other-bytes', 'raw', disk, { code: 'invalid-parameter', pointer: '/sha256' }, '0'.repeat(64)],
      [
        'no-disk',
        'ova',
        tarOf(member('m.ovf', ovf('gone.img'))),
        { code: 'invalid-parameter', pointer: '/source' },
      ],
      [
        'path-trick',
        'ova',
        tarOf(member('m.ovf', ovf('../../etc/passwd')), member('../../etc/passwd', disk)),
        { code: 'invalid-parameter', pointer: '/source' },
      ],
      ['bomb', 'raw', zstdCompressSync(Buffer.alloc(64 * MIB)), { code: 'too-large' }],
      ['torn-gzip', 'raw', gzipSync(disk).subarray(0, 9000), { code: 'invalid-parameter' }],
      [
        'larger-than-storage',
        'vhd',
        emptyVhd(STORAGE_GIB * 2 * GIB),
        { code: 'no-capacity', pointer: '/sr' },
      ],
      ['not-an-xva', 'xva', randomBytes(8192), { code: 'invalid-parameter', pointer: '/source' }],
    ];
    for (const [name, format, content, error, sum] of cases) {
      const sent = await user().upload({
        name,
        format,
        content,
        ...(sum === undefined ? {} : { sha256: sum }),
      });
      expect([name, sent.status]).toEqual([name, 200]);
      const [operation] = await user().ended(sent.body['template']);
      expect([name, operation]).toMatchObject([name, { state: 'failed', error }]);
      const image = await user().ask('GET', `/v1/images/${name}`);
      expect(image.body).toMatchObject({ state: 'failed', failure: error, allowedActions: ['remove'] });
      expect((await user().ask('DELETE', `/v1/images/${name}`)).status).toBe(202);
    }
    expect(sorted(await cloud().objects())).toEqual(cloud().emptyPool);
  });

  it('is there once, whole, when its worker is killed in the middle', async () => {
    const content = diskOf(96);
    const sent = await user().upload({ name: 'killed', format: 'raw', content, sha256: sha256(content) });
    const { template } = sent.body;
    const [worker] = cloud().workers;
    await until(async () => (await user().operationsOf(template))[0]?.progress !== null, {
      for: 'the import to be under way',
      limitMs: 10_000,
    });
    await worker?.kill();
    expect(await user().operationsOf(template)).toMatchObject([{ state: 'running' }]);
    await worker?.start();
    expect(await user().ended(template)).toMatchObject([{ state: 'succeeded', error: null }]);
    const before = await cloud().objects();
    expect((await user().ask('DELETE', '/v1/images/killed')).status).toBe(202);
    await user().ended(template);
    expect(before).not.toEqual(cloud().emptyPool);
    expect(sorted(await cloud().objects())).toEqual(cloud().emptyPool);
  });

  it('is given up when its import is cancelled', async () => {
    const sent = await user().upload({ name: 'unwanted', format: 'raw', content: diskOf(96) });
    const { template } = sent.body;
    const [operation] = await user().operationsOf(template);
    const cancelled = await user().ask('POST', `/v1/image-operations/${operation?.id}/cancel`);
    expect(cancelled.status).toBe(202);
    expect(await user().ended(template)).toMatchObject([{ state: 'cancelled' }]);
    expect((await user().ask('GET', '/v1/images/unwanted')).body).toMatchObject({ state: 'failed' });
    expect((await user().ask('DELETE', '/v1/images/unwanted')).status).toBe(202);
    expect(sorted(await cloud().objects())).toEqual(cloud().emptyPool);
  });
});
