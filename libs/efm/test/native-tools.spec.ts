/**
 * The rendered files are given to the real tools where they are installed: `nft -c` and `haproxy -c`.
 * OPENVSYS_TOOLS may name a folder that holds them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { moduleRenderer } from '../src/index.js';
import { libraryDocuments } from './library-documents.js';
import { firewalls, loadBalancers } from './module-inputs.js';

const PATH = [process.env['OPENVSYS_TOOLS'], process.env['PATH'], '/usr/sbin', '/sbin']
  .filter(Boolean)
  .join(delimiter);
const folder = mkdtempSync(join(tmpdir(), 'openvsys-efm-'));

function run(command: string, args: readonly string[]) {
  const { status, stderr, stdout, error } = spawnSync(command, args, {
    env: { ...process.env, PATH },
    encoding: 'utf8',
  });
  return { status, output: error ? error.message : `${stdout}${stderr}` };
}

/** What the tool says against the file; empty when it takes it. */
function complaint(command: string, file: string, text: string): string[] {
  const path = join(folder, file);
  writeFileSync(path, text);
  const { status, output } = run(command, ['-c', '-f', path]);
  return status === 0 ? [] : [`${output}\n${text}`];
}

/** `nft -c` asks the kernel too, which takes the right to change its tables. */
const nft = run('nft', ['-c', 'add table ip openvsys_probe']);
const haproxy = run('haproxy', ['-v']);
const hasHaproxy = haproxy.status === 0;
const missing = [
  ...(nft.status === 0 ? [] : [`nft (${nft.output.trim()})`]),
  ...(hasHaproxy ? [] : [`haproxy (${haproxy.output.trim()})`]),
];
if (missing.length > 0) process.stderr.write(`NOT CHECKED with the real tools: ${missing.join(', ')}\n`);

describe('real tools', () => {
  it.runIf(nft.status === 0)('nft takes every firewall', () => {
    const texts = fc.sample(firewalls, { numRuns: 60, seed: 1 }).map((input) => moduleRenderer.render(input));
    const found = texts.flatMap(({ files }) =>
      complaint('nft', 'nftables.conf', files['nftables.conf'] ?? ''),
    );
    expect(found).toEqual([]);
  });

  it.runIf(hasHaproxy)('haproxy takes every load balancer', () => {
    const texts = fc
      .sample(loadBalancers, { numRuns: 30, seed: 1 })
      .map((input) => moduleRenderer.render(input));
    const found = texts.flatMap(({ files }) =>
      complaint('haproxy', 'haproxy.cfg', files['haproxy.cfg'] ?? ''),
    );
    expect(found).toEqual([]);
  });

  it.runIf(nft.status === 0 && hasHaproxy)('both take what the descriptors of the library make', () => {
    const commands: Readonly<Record<string, string>> = { 'nftables.conf': 'nft', 'haproxy.cfg': 'haproxy' };
    const files = libraryDocuments().flatMap(({ document }) => Object.entries(document.files));
    expect(files.flatMap(([file, text]) => complaint(commands[file] ?? file, file, text))).toEqual([]);
  });
});
