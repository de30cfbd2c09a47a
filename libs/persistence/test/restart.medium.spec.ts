/** PostgreSQL is restarted under a running process: errors that say so, then everything works again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, startPostgres, type EmbeddedServer } from '@openvsys/embedded';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Database, openNotifications, type Notification } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'openvsys-restart-'));
let port: number;
let server: EmbeddedServer;

const start = () => startPostgres({ dataDir: join(folder, 'data'), port, durability: 'disposable' });

beforeAll(async () => {
  port = await findFreePort();
  server = await start();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('says unavailable while the server is away and serves again without a new start', async () => {
  const database = await Database.connect({ url: server.url, poolSize: 4 });
  const seen: Notification[] = [];
  const notifications = await openNotifications({
    url: server.url,
    channels: ['openvsys_vsys'],
    onNotification: (notification) => seen.push(notification),
  });
  await Promise.all([1, 2, 3, 4].map(async () => database.ping()));

  await server.stop();
  await expect(database.ping()).rejects.toMatchObject({ code: 'unavailable', retry: 'same' });
  await expect(database.transaction((session) => session.rows('SELECT 1'))).rejects.toMatchObject({
    code: 'unavailable',
  });

  server = await start();
  await vi.waitFor(() => database.ping(), { timeout: 10_000 });
  await vi.waitFor(
    async () => {
      await database.session((session) => session.notify('openvsys_vsys', 'again'));
      expect(seen.at(-1)?.payload).toBe('again');
    },
    { timeout: 15_000 },
  );
  await notifications.close();
  await database.close();
}, 60_000);
