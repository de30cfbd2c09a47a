import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageFormat, ImageImport, ImageSource, SrUuid } from '@openvsys/vsys';
import { disksOf, getImage } from '../../src/actions/images.js';
import { downloadRawDisk } from '../../src/content/disk-transfer.js';
import { openRawDisk } from '../../src/images/formats/raw-disk.js';
import { planVhd } from '../../src/images/formats/vhd-writer.js';
import { IMAGE_TAG, workNameOf } from '../../src/images/image-tags.js';
import type { HandlerAnswer, HandlerUpload, HandlerWay } from '../../src/transport/handler-way.js';
import { HttpTransport } from '../../src/transport/http-transport.js';
import { TransportError, type Transport } from '../../src/transport/transport.js';
import { makeDisk, NO_LIMIT, openPool, ourTasks, type PoolUnderTest } from './pool-under-test.js';
import { allOf } from '../all-of.js';

const MIB = 2 ** 20;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function sourceOf(bytes: Uint8Array, files: Readonly<Record<string, Uint8Array>> = {}): ImageSource {
  async function* pieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
  }
  return {
    bytes: bytes.length,
    open: () => pieces(bytes),
    openFile: (name) => (files[name] === undefined ? undefined : pieces(files[name])),
  };
}

async function vhdOf(content: Buffer): Promise<Buffer> {
  const disk = openRawDisk({
    size: content.length,
    read: async (offset, length) => content.subarray(offset, offset + length),
    isEmpty: () => false,
  });
  return Buffer.concat(await allOf((await planVhd(disk)).open()));
}

/** Eight MiB, two of them with something. */
function diskContent(): Buffer {
  const content = Buffer.alloc(8 * MIB);
  randomBytes(MIB).copy(content, 0);
  randomBytes(MIB).copy(content, 5 * MIB);
  return content;
}

const OVF = (files: string): string => `<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="urn:r">
<References>${files}</References>
<DiskSection><Disk ovf:diskId="a" ovf:fileRef="fa" ovf:capacity="8" ovf:capacityAllocationUnits="byte * 2^20"/>
<Disk ovf:diskId="b" ovf:fileRef="fb" ovf:capacity="8" ovf:capacityAllocationUnits="byte * 2^20"/></DiskSection>
<VirtualSystem ovf:id="two-disks"><VirtualHardwareSection>
<Item><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item>
<Item><rasd:ResourceType>17</rasd:ResourceType><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:HostResource>/disk/a</rasd:HostResource></Item>
<Item><rasd:ResourceType>17</rasd:ResourceType><rasd:AddressOnParent>1</rasd:AddressOnParent><rasd:HostResource>/disk/b</rasd:HostResource></Item>
</VirtualHardwareSection></VirtualSystem></Envelope>`;
const FILES =
  '<File ovf:href="a.vhd" ovf:id="fa"/><File ovf:href="b.img.gz" ovf:id="fb" ovf:compression="gzip"/>';

async function tarOf(members: readonly (readonly [string, Uint8Array])[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of members) tar.entry({ name }, Buffer.from(content));
  tar.finalize();
  return Buffer.concat(await allOf(tar as AsyncIterable<Buffer>));
}

async function* firstPiece(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    yield piece;
    return;
  }
}

describe('images', () => {
  let bench: PoolUnderTest;
  let sr: SrUuid;
  let other: SrUuid;
  let before: Record<string, number>;
  let imports = 0;

  const count = (): Record<string, number> =>
    Object.fromEntries(['VM', 'VDI', 'VBD'].map((cls) => [cls, bench.server.pool.db.rows(cls).length]));

  beforeEach(async () => {
    const storage = [
      { name: 'shared', sizeBytes: 2 ** 40, type: 'nfs' },
      { name: 'thick', sizeBytes: 2 ** 33, type: 'lvmoiscsi' },
    ];
    bench = await openPool({ storage });
    [sr, other] = bench.hypervisor
      .capacity()
      .srs.toSorted((a, b) => a.name.localeCompare(b.name))
      .map(({ uuid }) => uuid) as [SrUuid, SrUuid];
    before = count();
  });
  afterEach(async () => {
    expect(await ourTasks(bench)).toEqual([]);
    await bench.close();
  });

  const importing = (
    format: ImageFormat,
    source: ImageSource,
    more: Partial<ImageImport> = {},
  ): ImageImport => {
    imports += 1;
    return { importId: `i-${imports}`, name: 'tiny-linux', sr, format, source, signal: NO_LIMIT, ...more };
  };

  async function contentsOf(name: string): Promise<Buffer[]> {
    const [image] = bench.pool.cache.images().filter(({ record }) => record.name_label === name);
    const contents: Buffer[] = [];
    for (const { ref } of disksOf(bench.pool.cache, image!.ref)) {
      const raw = downloadRawDisk(bench.pool, ref, 'raw', { signal: NO_LIMIT });
      contents.push(Buffer.concat(await allOf(raw)));
    }
    return contents;
  }

  async function expectNothingLeft(): Promise<void> {
    await expect.poll(count).toEqual(before);
    await expect.poll(() => ourTasks(bench)).toEqual([]);
  }

  it.each(['raw', 'vhd'] as const)(
    'are brought from %s, byte by byte the same, with progress',
    async (format) => {
      const content = diskContent();
      const bytes = format === 'raw' ? content : await vhdOf(content);
      const stages = new Set<string>();
      const image = await bench.hypervisor.images.importImage(
        importing(format, sourceOf(bytes), {
          sha256: sha256(bytes).toUpperCase(),
          onProgress: ({ stage, bytes: done, total }) => {
            stages.add(stage);
            expect(done).toBeLessThanOrEqual(total ?? 0);
          },
        }),
      );
      expect(image).toEqual({
        name: 'tiny-linux',
        sr,
        uuid: expect.any(String),
        sizeBytes: 8 * MIB,
        disks: 1,
        ours: true,
        sha256: sha256(bytes),
      });
      expect([...stages]).toEqual(['reading', 'uploading']);
      expect((await contentsOf('tiny-linux'))[0]!.equals(content)).toBe(true);
      expect(bench.hypervisor.capacity().images.map(({ name }) => name)).toContain('tiny-linux');
      await expect.poll(() => ourTasks(bench)).toEqual([]);
      const tags = bench.server.pool.db
        .rows('VDI')
        .filter((row) => IMAGE_TAG.import in row.map('other_config'));
      expect(tags).toEqual([]);
    },
  );

  it('are brought from OVA with all its disks, gzipped ones too, and from OVF beside its files', async () => {
    const [one, two] = [diskContent(), diskContent()];
    const parts = { 'a.vhd': await vhdOf(one), 'b.img.gz': gzipSync(two) };
    const descriptor = Buffer.from(OVF(FILES));
    const manifest = Object.entries({ 'x.ovf': descriptor, ...parts })
      .map(([name, content]) => `SHA256(${name})= ${sha256(content)}\n`)
      .join('');
    const ova = await tarOf([
      ['x.ovf', descriptor],
      ['x.mf', Buffer.from(manifest)],
      ...Object.entries(parts),
    ]);
    const fromOva = await bench.hypervisor.images.importImage(importing('ova', sourceOf(ova)));
    expect(fromOva).toMatchObject({ disks: 2, sizeBytes: 16 * MIB });
    expect((await contentsOf('tiny-linux')).map(sha256)).toEqual([one, two].map(sha256));
    await bench.hypervisor.images.importImage(
      importing('ovf', sourceOf(descriptor, parts), { name: 'beside' }),
    );
    expect((await contentsOf('beside')).map(sha256)).toEqual([one, two].map(sha256));
  });

  it('leave nothing behind when the source is bad, and say why', async () => {
    const content = diskContent();
    const vhd = await vhdOf(content);
    const parts = { 'a.vhd': vhd, 'b.img.gz': gzipSync(content) };
    const ova = async (descriptor: string, more: readonly (readonly [string, Uint8Array])[]) =>
      sourceOf(await tarOf([['x.ovf', Buffer.from(descriptor)], ...more]));
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    const short = { ...sourceOf(content), bytes: content.length + 512 };
    const trick = '<File ovf:href="../a.vhd" ovf:id="fa"/><File ovf:href="b.img.gz" ovf:id="fb"/>';
    const wrongSum = Buffer.from(`SHA256(a.vhd)= ${'0'.repeat(64)}\n`);
    const cases: [ImageImport, string, RegExp][] = [
      [importing('raw', sourceOf(content), { sha256: '0'.repeat(64) }), 'invalid-parameter', /SHA-256/],
      [importing('raw', short), 'invalid-parameter', /ends after/],
      [importing('raw', sourceOf(content.subarray(0, 1000))), 'invalid-parameter', /sectors/],
      [importing('vhd', sourceOf(vhd.subarray(0, vhd.length - 700))), 'invalid-parameter', /VHD/],
      [importing('vmdk', sourceOf(content)), 'invalid-parameter', /VMDK/],
      [importing('qcow2', sourceOf(content)), 'not-implemented', /qemu-img|QCOW2/],
      [importing('ova', sourceOf(content)), 'invalid-parameter', /tar|OVA/],
      [importing('ova', await ova(OVF(FILES), [['a.vhd', vhd]])), 'invalid-parameter', /missing: “b.img.gz”/],
      [importing('ovf', sourceOf(Buffer.from(OVF(FILES)), {})), 'invalid-parameter', /missing: “a.vhd”/],
      [importing('ova', await ova(OVF(trick), Object.entries(parts))), 'invalid-parameter', /not allowed/],
      [importing('ova', await ova(OVF(FILES), [['../../x', vhd]])), 'invalid-parameter', /not allowed/],
      [
        importing('ova', await ova(OVF(FILES), [['x.mf', wrongSum], ...Object.entries(parts)])),
        'invalid-parameter',
        /manifest/,
      ],
      [importing('raw', sourceOf(bomb), { limits: { expansion: 100 } }), 'too-large', /expands/],
      [importing('raw', sourceOf(bomb), { limits: { diskBytes: 8 * MIB } }), 'too-large', /limit/],
      [importing('raw', sourceOf(content), { limits: { sourceBytes: MIB } }), 'too-large', /limit/],
      [importing('xva', sourceOf(content)), 'invalid-parameter', /XVA/],
      [importing('raw', sourceOf(content), { name: '../x' }), 'invalid-parameter', /name/],
      [importing('raw', sourceOf(content), { sr: 'none' as SrUuid }), 'not-found', /storage/],
    ];
    for (const [request, code, message] of cases) {
      const failed = await bench.hypervisor.images.importImage(request).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code, message: expect.stringMatching(message) as string });
    }
    await expectNothingLeft();
  });

  it('larger than the storage are refused before anything is sent', async () => {
    // Two disks of 5 GiB: each fits on the thick storage, both do not.
    const descriptor = OVF('')
      .replaceAll(/ ovf:fileRef="f[ab]"/g, '')
      .replaceAll('ovf:capacity="8"', 'ovf:capacity="5120"');
    const request = importing('ovf', sourceOf(Buffer.from(descriptor)), { sr: other });
    await expect(bench.hypervisor.images.importImage(request)).rejects.toMatchObject({
      code: 'no-capacity',
      pointer: '/sr',
      details: { neededBytes: 10 * 2 ** 30 },
    });
    const calls = bench.server.log.list(0, 10_000).map(({ method }) => method);
    expect(calls.filter((method) => /VDI|task\.create/.test(method))).toEqual([]);
    await expectNothingLeft();
  });

  it('leave nothing behind when the pool fails or the caller gives up', async () => {
    const content = diskContent();
    for (const method of ['VDI.create', 'VM.create', 'VBD.create', 'VM.set_is_a_template']) {
      bench.server.faults.add({
        method,
        count: 1,
        effect: { kind: 'error', code: 'SR_BACKEND_FAILURE_44', params: ['', 'full', ''] },
      });
      const failed = bench.hypervisor.images.importImage(importing('raw', sourceOf(content)));
      await expect(failed).rejects.toMatchObject({ code: 'no-capacity' });
      await expectNothingLeft();
    }
    const stop = new AbortController();
    const given = bench.hypervisor.images.importImage(
      importing('raw', sourceOf(content), {
        signal: stop.signal,
        onProgress: ({ stage }) => {
          if (stage === 'uploading') stop.abort();
        },
      }),
    );
    await expect(given).rejects.toMatchObject({ code: 'cancelled' });
    await expectNothingLeft();
  });

  it('are sent again from the start when the connection breaks', async () => {
    let broken = 0;
    const fragile = (url: string): Transport => {
      const inner = new HttpTransport(url, {});
      const put = async (upload: HandlerUpload): Promise<HandlerAnswer> => {
        broken += 1;
        if (broken > 1) return inner.handlers.put(upload);
        const part = { ...upload, bytes: upload.bytes, body: firstPiece(upload.body) };
        await inner.handlers.put(part).catch(() => undefined);
        throw new TransportError('lost', 'cut in the middle');
      };
      const handlers: HandlerWay = {
        put,
        get: async (request) => inner.handlers.get(request),
        connect: async (request) => inner.handlers.connect(request),
      };
      return { url, handlers, call: inner.call.bind(inner), close: async () => inner.close() };
    };
    await bench.close();
    bench = await openPool({}, () => ({ transportFor: fragile }));
    const content = diskContent();
    const { uuid } = bench.hypervisor.capacity().srs[0]!;
    await bench.hypervisor.images.importImage(importing('raw', sourceOf(content), { sr: uuid }));
    expect(broken).toBe(2);
    expect((await contentsOf('tiny-linux'))[0]!.equals(content)).toBe(true);
    await expect.poll(() => ourTasks(bench)).toEqual([]);
  });

  it('are swept after a crash, whatever the point; others’ work is left alone', async () => {
    const mark = { [IMAGE_TAG.import]: 'crashed' };
    const vdi = await makeDisk(bench, 4 * MIB);
    await bench.call('VDI.set_other_config', vdi, mark);
    const running = await makeDisk(bench, 4 * MIB);
    await bench.call('VDI.set_other_config', running, { [IMAGE_TAG.import]: 'elsewhere' });
    const foreign = await makeDisk(bench, 4 * MIB);
    await bench.call('task.create', workNameOf('crashed'), 'OpenVSYS');
    await expect
      .poll(() => bench.pool.cache.find('VDI', running)?.other_config[IMAGE_TAG.import])
      .toBe('elsewhere');
    expect(await bench.hypervisor.images.sweepImports(new Set(['elsewhere']), NO_LIMIT)).toBe(2);
    const left: string[] = bench.server.pool.db.rows('VDI').map(({ ref }) => ref);
    expect(left).not.toContain(vdi);
    expect(left).toEqual(expect.arrayContaining([running, foreign]));
  });

  it('are copied to another storage once, however many ask, and removed', async () => {
    const content = diskContent();
    const { images } = bench.hypervisor;
    await images.importImage(importing('raw', sourceOf(content)));
    const wishes = [1, 2, 3].map(async () => images.prefetchImage('tiny-linux', other, { signal: NO_LIMIT }));
    const copies = await Promise.all(wishes);
    expect(new Set(copies.map(({ uuid }) => uuid)).size).toBe(1);
    expect(copies[0]).toMatchObject({ sr: other, ours: true, sha256: sha256(content) });
    const onSr = (uuid: SrUuid) => getImage(bench.pool.cache, 'tiny-linux', uuid).record.uuid;
    expect(onSr(other)).toBe(copies[0]!.uuid);
    expect(onSr(sr)).not.toBe(copies[0]!.uuid);
    expect([onSr(sr), onSr(other)]).toContain(getImage(bench.pool.cache, 'tiny-linux').record.uuid);
    const ours = () => images.listImages().filter((image) => image.ours);
    expect(
      ours()
        .map((image) => image.sr)
        .toSorted(),
    ).toEqual([sr, other].toSorted());
    await images.removeImage({ name: 'tiny-linux', sr: other }, NO_LIMIT);
    await images.removeImage({ name: 'tiny-linux', sr: other }, NO_LIMIT);
    await images.removeImage({ name: 'tiny-linux', sr }, NO_LIMIT);
    await expectNothingLeft();
    const foreign = images.listImages()[0]!;
    await expect(images.removeImage(foreign, NO_LIMIT)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('can be given up while they are copied (D16)', async () => {
    await bench.close();
    bench = await openPool({
      clock: { mode: 'scaled', speed: 4 },
      profile: 'default-nfs',
      storage: [
        { name: 'a', sizeBytes: 2 ** 40, type: 'nfs' },
        { name: 'b', sizeBytes: 2 ** 40, type: 'nfs' },
      ],
    });
    const { images } = bench.hypervisor;
    const template = images.listImages().find(({ name }) => name === 'windows-2025')!;
    const to = bench.hypervisor.capacity().srs.find(({ uuid }) => uuid !== template.sr)!.uuid;
    before = count();
    const stop = new AbortController();
    const given = images.prefetchImage(template.name, to, {
      signal: stop.signal,
      onProgress: ({ bytes }) => {
        if (bytes > 0) stop.abort();
      },
    });
    await expect(given).rejects.toMatchObject({ code: 'cancelled' });
    await expectNothingLeft();
    expect(bench.server.pool.db.rows('task').map((row) => row.text('status'))).not.toContain('pending');
  });

  it('refuse a second one of the same name on the same storage', async () => {
    const content = diskContent();
    await bench.hypervisor.images.importImage(importing('raw', sourceOf(content)));
    const again = bench.hypervisor.images.importImage(importing('raw', sourceOf(content)));
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
  });
});
