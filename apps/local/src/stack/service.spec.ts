import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '@openvsys/embedded';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Service } from './service.js';

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'openvsys-service-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

function program(code: string): { readonly program: string; readonly logFile: string } {
  const file = join(path, 'program.mjs');
  writeFileSync(file, code);
  return { program: file, logFile: join(path, 'program.log') };
}

const LIMIT = { timeout: 10_000, interval: 20 } as const;
const isReady = (line: string) => line === 'ready';

describe('a service', () => {
  it('is ready when it says so, gets its environment, and ends on SIGTERM', async () => {
    const files = program(
      "process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); setInterval(() => {}, 1000);" +
        "console.log('colour ' + process.env.COLOUR); console.log('ready');",
    );
    const service = await Service.start({
      name: 'x',
      ...files,
      environment: { COLOUR: 'red' },
      readyLine: isReady,
    });
    expect(await service.findLogLine((line) => line.startsWith('colour'))).toBe('colour red');
    await service.stop();
    expect(isAlive(service.pid)).toBe(false);
    expect(readFileSync(files.logFile, 'utf8')).toContain('bye');
  });

  it('is started again when it is killed, and not after stop()', async () => {
    const restarts: number[] = [];
    const files = program("setInterval(() => {}, 1000); console.log('ready');");
    const service = await Service.start({
      name: 'x',
      ...files,
      environment: {},
      readyLine: isReady,
      onRestart: (code) => restarts.push(code),
    });
    const first = service.pid;
    process.kill(first, 'SIGKILL');
    await vi.waitUntil(() => service.pid !== first && isAlive(service.pid), LIMIT);
    // 128 + 9, as a shell counts it.
    expect(restarts).toEqual([137]);
    await service.stop();
    expect(restarts).toHaveLength(1);
    expect(isAlive(service.pid)).toBe(false);
  });

  it('stays dead when it is killed on purpose', async () => {
    const restarts: number[] = [];
    const service = await Service.start({
      name: 'x',
      ...program("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');"),
      environment: {},
      readyLine: isReady,
      onRestart: (code) => restarts.push(code),
    });
    const { pid } = service;
    await service.kill();
    expect(isAlive(pid)).toBe(false);
    await service.stop();
    expect(restarts).toEqual([]);
    expect(service.pid).toBe(pid);
  });

  it('fails to start with the place of its log when it ends at once', async () => {
    const files = program("console.error('no config'); process.exit(3);");
    const start = Service.start({ name: 'API', ...files, environment: {}, readyLine: isReady });
    await expect(start).rejects.toThrow(`API ended with code 3: see ${files.logFile}`);
  });

  it('does not take the ready line of an earlier start', async () => {
    const files = program("console.error('broken'); process.exit(1);");
    writeFileSync(files.logFile, 'ready\n');
    const start = Service.start({ name: 'API', ...files, environment: {}, readyLine: isReady });
    await expect(start).rejects.toThrow('ended with code 1');
  });
});
