import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureSecretKey, openDataFolder } from './data-folder.js';
import { StickyPorts } from './sticky-ports.js';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'openvsys-data-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

describe('the data folder', () => {
  it('keeps its secret key, readable by the owner only', async () => {
    const folder = await openDataFolder(path);
    const key = await ensureSecretKey(folder);
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(await ensureSecretKey(folder)).toBe(key);
    expect(statSync(folder.secretKeyFile).mode & 0o077).toBe(0);
  });

  it('is refused while another launcher runs, and free when that one is dead or something else', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'apps/local'], {
      stdio: 'ignore',
    });
    const lock = join(path, 'launcher.json');
    writeFileSync(lock, JSON.stringify({ pid: other.pid }));
    await expect(openDataFolder(path)).rejects.toThrow(`process ${other.pid ?? 0}`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await openDataFolder(path)).release();

    writeFileSync(lock, JSON.stringify({ pid: process.ppid }));
    await expect(openDataFolder(path)).resolves.toBeDefined();
  });
});

describe('ports', () => {
  it('stay the same from start to start, until somebody else has them', async () => {
    const folder = await openDataFolder(path);
    const first = await (await StickyPorts.open(folder)).get('api');
    expect(await (await StickyPorts.open(folder)).get('api')).toBe(first);

    const squatter = createServer().listen(first, '127.0.0.1');
    await once(squatter, 'listening');
    const ports = await StickyPorts.open(folder);
    expect(await ports.get('api')).not.toBe(first);
    await expect(ports.get('api', first)).rejects.toThrow(`port ${first} for api is taken`);
    squatter.close();
  });

  it('differ when asked for at once', async () => {
    const ports = await StickyPorts.open(await openDataFolder(path));
    const found = await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => ports.get(name)));
    const again = await StickyPorts.open(await openDataFolder(path));
    expect(new Set(found).size).toBe(4);
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => again.get(name)))).toEqual(found);
  });

  it('come in rows for the hosts of a pool', async () => {
    const ports = await StickyPorts.open(await openDataFolder(path));
    const row = await ports.getRow('simulator', 3);
    expect(await ports.getRow('simulator', 3)).toBe(row);
    const squatter = createServer().listen(row + 2, '127.0.0.1');
    await once(squatter, 'listening');
    expect(await ports.getRow('simulator', 3)).not.toBe(row);
    squatter.close();
  });
});
