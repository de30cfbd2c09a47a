/**
 * The built worker as real processes: one is killed with -9 in the middle of a large deployment, the other goes on.
 * Needs `npm run build`, which `npm test` does first.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  admit,
  ended,
  eventually,
  firstSr,
  objectsOf,
  smallSystem,
  useWorld,
  type World,
} from './worker-fixture.js';

const PROGRAM = join(import.meta.dirname, '../dist/main.js');
const SERVERS = 50;
const LEASE_SECONDS = 3;

describe('a worker killed with -9 while it deploys 50 servers', () => {
  const world = useWorld({ profile: 'default-nfs', clock: { mode: 'scaled', speed: 20 } });
  const processes = new Map<string, ChildProcess>();
  afterAll(() => {
    for (const child of processes.values()) child.kill('SIGKILL');
  });

  it('is replaced within its lease; nothing is lost and nothing is done twice', async () => {
    expect(existsSync(PROGRAM), 'the worker must be built first').toBe(true);
    for (const id of ['a', 'b']) processes.set(id, startProcess(world(), id));
    const spec = smallSystem(SERVERS, await firstSr(world()), 301);
    const operation = await admit(world(), spec);

    await eventually(async () => ((await doneActions(world())) > 100 ? true : undefined));
    const owner = await eventually(async () => await ownerOf(world()));
    processes.get(owner)?.kill('SIGKILL');
    const killedAt = performance.now();
    const atKill = await doneActions(world());
    await eventually(async () => ((await doneActions(world())) > atKill + 1 ? true : undefined));
    const pause = performance.now() - killedAt;

    expect(await ended(world(), operation)).toMatchObject({ state: 'succeeded', error: null });
    expect(objectsOf(world(), spec.vsysId)).toEqual({ vms: 50, running: 50, disks: 51, networks: 1 });
    expect(await ownerOf(world())).not.toBe(owner);
    expect(await repeated(world())).toEqual([]);
    // The target is 1.2; a busy test machine gets some more.
    expect(pause).toBeLessThan(LEASE_SECONDS * 1000 * 1.5);
  }, 120_000);
});

describe('a worker that is asked to end', () => {
  const world = useWorld({ profile: 'default-nfs', clock: { mode: 'scaled', speed: 20 } });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s gives its pool back, leaves nothing open and exits with 0',
    async (signal) => {
      const child = startProcess(world(), 'ordered');
      const spec = smallSystem(8, await firstSr(world()), signal === 'SIGTERM' ? 401 : 402);
      const done = await doneActions(world());
      await eventually(async () => await ownerOf(world()));
      await admit(world(), spec);
      await eventually(async () => ((await doneActions(world())) > done + 4 ? true : undefined));
      child.kill(signal);
      const code = await new Promise((resolve) => {
        child.once('exit', resolve);
      });
      expect(code).toBe(0);
      expect(await ownerOf(world())).toBeUndefined();
      expect(await openActions(world())).toBe(0);
    },
  );
});

function startProcess({ environment }: World, id: string): ChildProcess {
  return spawn(process.execPath, [PROGRAM], {
    env: { ...environment, WORKER_ID: id, LEASE_SECONDS: String(LEASE_SECONDS), LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function doneActions({ database }: World): Promise<number> {
  const row = await database.session(
    async (session) =>
      await session.first<{ n: number }>(`SELECT count(*)::int AS n FROM action WHERE outcome = 'done'`),
  );
  return row?.n ?? 0;
}

async function openActions({ database }: World): Promise<number | undefined> {
  const row = await database.session(
    async (session) =>
      await session.first<{ n: number }>('SELECT count(*)::int AS n FROM action WHERE outcome IS NULL'),
  );
  return row?.n;
}

async function ownerOf({ database }: World): Promise<string | undefined> {
  const row = await database.session(
    async (session) =>
      await session.first<{ owner: string }>(
        'SELECT lease_owner AS owner FROM pool WHERE lease_until > now()',
      ),
  );
  return row?.owner;
}

/** Steps that are recorded as done more than once. */
async function repeated({ database }: World): Promise<readonly string[]> {
  const rows = await database.session(
    async (session) =>
      await session.rows<{ key: string }>(
        `SELECT key FROM action WHERE outcome = 'done' GROUP BY key HAVING count(*) > 1`,
      ),
  );
  return rows.map(({ key }) => key);
}
