// Answers recorded from a real xapi, replayed against the simulator. The recordings are not part of this package: their
// folder is given by XAPI_REPLAY_DIR, or found beside the checkout. Without it the comparison is skipped, and says so.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimServer, type SimServer } from '@openvsys/xcp-sim';
import { EQUAL_SCENARIOS } from './support/equal-scenarios.js';

const folder =
  process.env['XAPI_REPLAY_DIR'] ?? join(import.meta.dirname, '../../../../shared/tools/xapi-replay');
const tool = join(folder, 'xapi-replay.mjs');
const present = existsSync(tool);
if (!present)
  process.emitWarning(`NOT COMPARED with a real server: no recordings at ${folder} (set XAPI_REPLAY_DIR)`);

interface Report {
  scenarios: { name: string; steps: number; equal: number }[];
}

let server: SimServer;

beforeAll(async () => {
  // The recorded pool: one host without management interface, a storage driver of the test kind, no templates.
  server = await startSimServer({
    hostCount: 1,
    managementInterface: false,
    templates: [],
    storage: [{ name: 'test', type: 'dummy', sizeBytes: 2 ** 42 }],
  });
});

afterAll(async () => {
  expect(server.pool.crashes).toEqual([]);
  await server.close();
});

function check(): Promise<Report> {
  const options = [
    'check',
    '--url',
    server.hosts[0]?.url ?? '',
    '--user',
    'root',
    '--password',
    'secret',
    '--json',
  ];
  return new Promise((resolve, reject) => {
    execFile(
      'node',
      [tool, ...options, join(folder, 'scenarios')],
      { maxBuffer: 2 ** 28 },
      (_failed, stdout) => {
        try {
          resolve(JSON.parse(stdout) as Report);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      },
    );
  });
}

describe.skipIf(!present)('recorded answers', () => {
  it('are still equal in every scenario that was equal before', { timeout: 180_000 }, async () => {
    const report = await check();
    const equal = new Set(
      report.scenarios
        .filter((scenario) => scenario.equal === scenario.steps)
        .map((scenario) => scenario.name),
    );
    expect(EQUAL_SCENARIOS.filter((name) => !equal.has(name))).toEqual([]);
  });
});
