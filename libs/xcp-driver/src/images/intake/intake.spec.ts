import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_IMAGE_LIMITS, DomainError, type ImageLimits } from '@openvsys/vsys';
import { DISK_BLOCK } from '../formats/random-access.js';
import { metered, sha256, unpacked, type Meter } from './guarded-source.js';
import { PackageReader, readOva } from './package-files.js';
import { SpoolFile } from './spool-file.js';
import { inspectedXva } from './xva-stream.js';
import { allOf } from '../../../test/all-of.js';

const folder = mkdtempSync(join(tmpdir(), 'openvsys-intake-'));
afterAll(() => rmSync(folder, { recursive: true }));

const meterOf = (limits: Partial<ImageLimits> = {}): Meter => ({
  limits: { ...DEFAULT_IMAGE_LIMITS, ...limits },
  sourceBytes: 0,
});
async function* pieces(content: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
const whole = async (content: AsyncIterable<Uint8Array>): Promise<Buffer> =>
  Buffer.concat(await allOf(content));

async function tarOf(members: readonly (readonly [string, string | Buffer])[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of members) tar.entry({ name }, content);
  tar.finalize();
  return whole(tar as AsyncIterable<Buffer>);
}

describe('a spool file', () => {
  it('gives back what was written, holes as zeros, and has no name', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 255 }), fc.integer({ min: 1, max: 3 * DISK_BLOCK })), {
          maxLength: 4,
        }),
        async (parts) => {
          const content = Buffer.concat(
            parts.map(([byte, length]) => Buffer.alloc(length, byte % 3 === 0 ? 0 : byte)),
          );
          const file = await SpoolFile.create(folder);
          try {
            expect(readdirSync(folder)).toEqual([]);
            for await (const piece of pieces(content, 700_001)) await file.append(piece);
            expect(file.size).toBe(content.length);
            expect((await file.read(0, content.length)).equals(content)).toBe(true);
            const middle = Math.floor(content.length / 2);
            const tail = await file.read(middle, content.length - middle);
            expect(tail.equals(content.subarray(middle))).toBe(true);
            await expect(file.read(content.length, 1)).rejects.toMatchObject({ code: 'invalid-parameter' });
          } finally {
            await file.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a source under guard', () => {
  it('is unpacked by what it begins with, and left as it is otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5_000 }),
        fc.integer({ min: 1, max: 900 }),
        async (bytes, size) => {
          const content = Buffer.concat([Buffer.from('x'), bytes]);
          for (const packed of [content, gzipSync(content), zstdCompressSync(content)]) {
            const meter = meterOf();
            const read = metered(pieces(packed, size), meter, packed.length, sha256());
            expect((await whole(unpacked(read, meter))).equals(content)).toBe(true);
            expect(meter.sourceBytes).toBe(packed.length);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is ended by bombs, truncation and limits', async () => {
    const zeros = gzipSync(Buffer.alloc(40 * 2 ** 20));
    const run = async (bytes: Buffer, meter: Meter): Promise<Buffer> =>
      whole(unpacked(metered(pieces(bytes), meter, bytes.length, sha256()), meter));
    await expect(run(zeros, meterOf({ expansion: 50 }))).rejects.toMatchObject({ code: 'too-large' });
    await expect(run(zeros, meterOf({ diskBytes: 2 ** 20 }))).rejects.toMatchObject({ code: 'too-large' });
    await expect(run(zeros, meterOf({ sourceBytes: 5_000 }))).rejects.toMatchObject({ code: 'too-large' });
    await expect(run(zeros.subarray(0, 9_000), meterOf())).rejects.toMatchObject({
      code: 'invalid-parameter',
    });
    expect((await run(zeros, meterOf())).length).toBe(40 * 2 ** 20);
  });
});

const DESCRIPTOR = `<Envelope xmlns="o"><References><File href="a.img" id="f"/></References>
<DiskSection><Disk diskId="a" fileRef="f" capacity="4096"/></DiskSection><VirtualSystem id="x"><VirtualHardwareSection>
<Item><ResourceType>17</ResourceType><HostResource>/disk/a</HostResource></Item></VirtualHardwareSection></VirtualSystem></Envelope>`;

describe('archives of others', () => {
  it('are taken or refused, whatever is changed in them; nothing stays open', async () => {
    const ova = await tarOf([
      ['x.ovf', DESCRIPTOR],
      ['a.img', Buffer.alloc(4096, 1)],
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.uint8Array({ maxLength: 12 }),
        fc.nat({ max: 3 }),
        async (at, noise, cut) => {
          const damaged = Buffer.from(ova);
          const from = at % damaged.length;
          damaged.set(noise.subarray(0, damaged.length - from), from);
          const bytes = cut === 0 ? damaged.subarray(0, from) : damaged;
          const reader = new PackageReader(folder, meterOf());
          try {
            await readOva(pieces(bytes, 512 + (at % 3_000)), reader);
            expect(reader.finish().machine.disks).toHaveLength(1);
          } catch (error) {
            expect(error).toBeInstanceOf(DomainError);
          } finally {
            await reader.close();
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses links, many files and a second descriptor', async () => {
    const tar = pack();
    tar.entry({ name: 'x.ovf' }, DESCRIPTOR);
    tar.entry({ name: 'a.img', type: 'symlink', linkname: '/etc/passwd' });
    tar.finalize();
    const link = await whole(tar as AsyncIterable<Buffer>);
    const many = await tarOf([
      ['x.ovf', DESCRIPTOR],
      ...Array.from({ length: 300 }, (_, index) => [`f${index}`, ''] as const),
    ]);
    const two = await tarOf([
      ['x.ovf', DESCRIPTOR],
      ['y.ovf', DESCRIPTOR],
    ]);
    for (const [bytes, message] of [
      [link, /no file/],
      [many, /too many/],
      [two, /two descriptors/],
    ] as const) {
      const reader = new PackageReader(folder, meterOf());
      await expect(readOva(pieces(bytes), reader)).rejects.toThrow(message);
      await reader.close();
    }
  });

  it('pass through the inspection of XVAs unchanged or end in an error, never hang', async () => {
    const xva = await tarOf([
      ['ova.xml', '<value/>'],
      ['Ref:1/00000000', Buffer.alloc(70_000, 7)],
      ['Ref:1/00000000.xxhash', '0123456789abcdef'],
    ]);
    expect((await whole(inspectedXva(pieces(xva), meterOf()))).equals(xva)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (at, noise) => {
        const damaged = Buffer.from(xva);
        const from = at % 3 === 0 ? at % damaged.length : at % 2_000;
        damaged.set(noise.subarray(0, damaged.length - from), from);
        try {
          expect((await whole(inspectedXva(pieces(damaged), meterOf()))).equals(damaged)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
