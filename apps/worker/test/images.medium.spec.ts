/** Images between storages and pools, and what is tidied away, asked for through the database as the API asks. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  endImagesOfClosed,
  findImageTarget,
  insertImage,
  insertImageOperation,
  insertPoolOperation,
  listImagePlaces,
  SecretBox,
  type ImagePlace,
} from '@openvsys/persistence';
import { SpoolFolder } from '@openvsys/spool';
import { poolId, type ImageTask, type PoolId, type SrUuid } from '@openvsys/vsys';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tidySpool } from '../src/care/tidy-spool.js';
import { eventually, useWorld } from './worker-fixture.js';

const secrets = new SecretBox(Buffer.alloc(32, 5));
const STORAGE = [
  { name: 'one', sizeBytes: 2 ** 40, type: 'nfs' },
  { name: 'two', sizeBytes: 2 ** 40, type: 'nfs' },
] as const;

interface Ended {
  readonly state: string;
  readonly kind: string;
  readonly error: { readonly code: string } | null;
}

describe('images of a pool', () => {
  const world = useWorld({ storage: [...STORAGE] });
  let second: SimServer;
  let folder = '';
  let spool: SpoolFolder;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'openvsys-worker-spool-'));
    spool = new SpoolFolder(folder);
    second = await startSimServer({ seed: 12 });
    await world().startWorker('images-1', { SPOOL_FOLDER: folder, OUTBOUND_RANGES: '127.0.0.0/8' });
  });
  afterAll(async () => {
    await second.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function begin(pool: PoolId, task: ImageTask): Promise<void> {
    const common = { organizationId: null, requestId: null, requestedBy: 'test', createdAt: new Date() };
    await world().database.transaction(async (session) =>
      insertImageOperation(session, { id: uuidv7(), poolId: pool, task, ...common }),
    );
  }
  const ended = async (image: string): Promise<readonly Ended[]> =>
    eventually(async () => {
      const rows = await world().database.session((session) =>
        session.rows<Ended & { open: boolean }>(
          'SELECT kind, state, error, finished_at IS NULL AS open FROM pool_operation WHERE image = $1 ORDER BY id',
          [image],
        ),
      );
      return rows.length > 0 && rows.every(({ open }) => !open) ? rows : undefined;
    });
  const places = async (image: string): Promise<readonly ImagePlace[]> =>
    world().database.session((session) => listImagePlaces(session, image));
  const srs = async (pool: PoolId): Promise<readonly SrUuid[]> =>
    eventually(async () => {
      const rows = await world().database.session((session) =>
        session.rows<{ uuid: SrUuid }>(
          `SELECT uuid FROM pool_sr WHERE pool_id = $1 AND type NOT IN ('iso', 'udev') AND shared ORDER BY name`,
          [pool],
        ),
      );
      return rows.length > 0 ? rows.map(({ uuid }) => uuid) : undefined;
    });

  /** Brought in from the spool folder. */
  async function made(image: string, sr: SrUuid): Promise<void> {
    async function* content(): AsyncGenerator<Uint8Array> {
      for (let mib = 0; mib < 6; mib += 1) yield randomBytes(2 ** 20);
    }
    const { file, bytes } = await spool.write(content(), 2 ** 30);
    await world().database.transaction(async (session) =>
      insertImage(session, {
        template: image,
        family: image,
        version: 1,
        organizationId: null,
        state: 'importing',
        title: image,
        os: 'linux',
        minMemoryMiB: 256,
        sizeGiB: 1,
        format: 'raw',
        upload: { bytes, sha256: null, received: bytes, files: [file] },
        createdBy: 'test',
      }),
    );
    await begin(world().demo.poolId, {
      kind: 'image.import',
      image,
      sr,
      format: 'raw',
      files: [file],
      bytes,
      sha256: null,
    });
    expect(await ended(image)).toMatchObject([{ state: 'succeeded', error: null }]);
  }

  it('go to further storages and from them again', async () => {
    const pool = world().demo.poolId;
    const [one, two] = (await srs(pool)) as [SrUuid, SrUuid];
    await made('here-and-there', one);
    await begin(pool, { kind: 'image.prefetch', image: 'here-and-there', sr: two });
    await ended('here-and-there');
    expect((await places('here-and-there')).map(({ sr }) => sr).toSorted()).toEqual([one, two].toSorted());
    await begin(pool, { kind: 'image.remove', image: 'here-and-there', sr: one });
    expect((await ended('here-and-there')).map(({ state }) => state)).toEqual(Array(3).fill('succeeded'));
    expect((await places('here-and-there')).map(({ sr }) => sr)).toEqual([two]);
    const target = await world().database.session((session) => findImageTarget(session, pool, one));
    expect(target).toMatchObject({ poolId: pool, sr: one });
  });

  it('go to another pool through the spool folder', async () => {
    const next = poolId(uuidv7());
    const urls = second.hosts.map(({ url }) => url);
    const id = uuidv7();
    await world().database.transaction(async (session) =>
      insertPoolOperation(session, {
        id,
        poolId: next,
        task: {
          kind: 'pool.register',
          name: 'next',
          zoneId: world().demo.zoneId,
          vlanFirst: 100,
          vlanLast: 200,
          login: { urls, username: 'root', ca: null, fingerprints: [] },
        },
        subject: null,
        secret: secrets.seal('secret', `pool-operation:${id}`),
        requestId: null,
        requestedBy: 'test',
        createdAt: new Date(),
      }),
    );
    const [there] = (await srs(next)) as [SrUuid];
    const [one] = (await srs(world().demo.poolId)) as [SrUuid];
    await made('traveller', one);
    await begin(world().demo.poolId, {
      kind: 'image.export',
      image: 'traveller',
      sr: one,
      format: 'xva',
      file: spool.newName(),
      maxBytes: 2 ** 30,
      forPool: { poolId: next, sr: there },
    });
    const all = await eventually(async () => {
      const found = await ended('traveller');
      return found.length === 3 ? found : undefined;
    });
    expect(all).toMatchObject([
      { kind: 'image.import', state: 'succeeded' },
      { kind: 'image.export', state: 'succeeded' },
      { kind: 'image.import', state: 'succeeded', error: null },
    ]);
    expect((await places('traveller')).map(({ poolId: pool }) => pool).toSorted()).toEqual(
      [world().demo.poolId, next].toSorted(),
    );
  });

  it('are fetched once for all pools, from an address that is open', async () => {
    const content = randomBytes(3 * 2 ** 20);
    const depot = createServer((request, response) => {
      response.statusCode = request.url === '/image' ? 200 : 404;
      response.end(request.url === '/image' ? content : 'no');
    });
    depot.listen(0, '127.0.0.1');
    await once(depot, 'listening');
    const { port } = depot.address() as AddressInfo;
    const [one, two] = (await srs(world().demo.poolId)) as [SrUuid, SrUuid];
    const pool = world().demo.poolId;
    const fetched = async (image: string, path: string, maxBytes: number): Promise<readonly Ended[]> => {
      await begin(pool, {
        kind: 'image.fetch',
        image,
        url: `http://127.0.0.1:${port}${path}`,
        format: 'raw',
        file: spool.newName(),
        maxBytes,
        sha256: createHash('sha256').update(content).digest('hex'),
        targets: [one, two].map((sr) => ({ poolId: pool, sr })),
      });
      return ended(image);
    };
    expect(await fetched('missing', '/other', 2 ** 30)).toMatchObject([
      { state: 'failed', error: { code: 'target-unreachable' } },
    ]);
    expect(await fetched('too-long', '/image', 2 ** 20)).toMatchObject([
      { state: 'failed', error: { code: 'too-large' } },
    ]);
    await fetched('from-afar', '/image', 2 ** 30);
    const all = await eventually(async () => {
      const found = await ended('from-afar');
      return found.length === 3 ? found : undefined;
    });
    expect(all.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'image.fetch succeeded',
      'image.import succeeded',
      'image.import succeeded',
    ]);
    expect(await places('from-afar')).toHaveLength(2);
    depot.close();
  });

  it('go with their organization when its retention is over', async () => {
    const { database, demo } = world();
    const [one] = (await srs(demo.poolId)) as [SrUuid];
    await made('orphaned', one);
    const times = { at: new Date(), metered: new Date() };
    const end = async () => database.transaction(async (session) => endImagesOfClosed(session, times, 10));
    await database.session((session) =>
      session.change(`UPDATE disk_image SET organization_id = $1 WHERE name = 'orphaned'`, [
        demo.organizationId,
      ]),
    );
    expect(await end()).toBe(0);
    const close = `UPDATE organization SET state = $2, delete_after = $3 WHERE id = $1`;
    const past = new Date(Date.now() - 1_000);
    await database.session((session) => session.change(close, [demo.organizationId, 'closed', past]));
    // The worker's own run may come first.
    await end();
    await eventually(async () => {
      const row = await database.session((session) =>
        session.first<{ state: string }>(`SELECT state FROM disk_image WHERE name = 'orphaned'`),
      );
      return row?.state === 'removed' ? true : undefined;
    });
    expect(await places('orphaned')).toEqual([]);
    await database.session((session) => session.change(close, [demo.organizationId, 'active', null]));
  });

  it('leave no files behind', async () => {
    const clock = { now: () => new Date(), sleep: async () => undefined };
    const tidy = async () => tidySpool({ database: world().database, spool, clock });
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield randomBytes(10);
    }
    const young = await spool.write(bytes(), 100);
    const kept = await spool.write(bytes(), 100);
    const upload = { bytes: 20, sha256: null, received: 10, files: [kept.file] };
    const facts = { version: 1, organizationId: null, title: 'x', os: 'x', minMemoryMiB: 16, sizeGiB: 1 };
    await world().database.transaction(async (session) =>
      insertImage(session, {
        ...facts,
        template: 'half',
        family: 'half',
        state: 'awaiting-upload',
        format: 'raw',
        upload,
        createdBy: 'test',
      }),
    );
    const old = new Date(Date.now() - 2 * 60 * 60_000);
    for (const { file } of await spool.list())
      if (file !== young.file) await utimes(join(folder, file), old, old);
    await tidy();
    expect((await spool.list()).map(({ file }) => file).toSorted()).toEqual(
      [young.file, kept.file].toSorted(),
    );
    await world().database.session((session) =>
      session.change(`UPDATE disk_image SET touched_at = now() - interval '25 hours' WHERE name = 'half'`),
    );
    await tidy();
    expect((await spool.list()).map(({ file }) => file)).toEqual([young.file]);
  });
});
