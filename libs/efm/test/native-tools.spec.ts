/**
 * The rendered files are given to the real tools where they are installed: nothing that they refuse may come out of valid rules.
 * OPENVSYS_TOOLS may name a folder that holds them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { ModuleDocument, ModuleInput } from '@openvsys/vsys';
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { moduleRenderer } from '../src/index.js';
import { libraryDocuments, openedSecrets } from './library-documents.js';
import { firewalls, loadBalancers, vpns } from './module-inputs.js';

const PATH = [process.env['OPENVSYS_TOOLS'], process.env['PATH'], '/usr/sbin', '/sbin']
  .filter(Boolean)
  .join(delimiter);

function run(command: string, args: readonly string[], input = '') {
  const { status, stderr, stdout, error } = spawnSync(command, args, {
    env: { ...process.env, PATH },
    encoding: 'utf8',
    input,
  });
  return { status, output: error ? error.message : `${stdout}${stderr}` };
}

/** keepalived wants the interfaces of an appliance to be there: a network namespace of its own has them. */
const LINKS = ['eth0', 'eth1', 'eth2', 'uplink']
  .map((name) => `ip link add ${name} type veth peer name p-${name} || exit 1`)
  .join('; ');

/** How a tool checks a file, and how it is seen that it can: `nft -c` asks the kernel, which takes the right to do so. */
const TOOLS = {
  nftables: { probe: ['nft', '-c', 'add table ip openvsys_probe'], check: ['nft', '-c', '-f'] },
  haproxy: { probe: ['haproxy', '-v'], check: ['haproxy', '-c', '-f'] },
  dnsmasq: { probe: ['dnsmasq', '--version'], check: ['dnsmasq', '--test', '-C'] },
  keepalived: {
    probe: ['unshare', '-n', 'sh', '-c', `${LINKS}; keepalived --version`],
    check: ['unshare', '-n', 'sh', '-c', `${LINKS}; keepalived -t -f "$0"`],
  },
  wireguard: { probe: ['wg', '--version'], check: ['wg-quick', 'strip'] },
} as const;
type Tool = keyof typeof TOOLS;

function isThere(tool: Tool): boolean {
  const [command, ...args] = TOOLS[tool].probe;
  const { status, output } = run(command, args);
  if (status !== 0) process.stderr.write(`NOT CHECKED with the real tool: ${tool} (${output.trim()})\n`);
  return status === 0;
}
const tools = (Object.keys(TOOLS) as Tool[]).filter(isThere);

/** What an agent does: all files in one folder, placeholders filled in. */
function place({ files }: ModuleDocument, secrets: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'openvsys-efm-'));
  const filled = (text: string) =>
    text
      .replaceAll('@OPENVSYS_DIR@', folder)
      .replaceAll('@OPENVSYS_RUN@', folder)
      .replaceAll(/@OPENVSYS_SECRET:([^@]+)@/g, (_, file: string) => (secrets[file] ?? '').trim());
  for (const [name, text] of Object.entries({ ...files, ...secrets })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), filled(text), { mode: 0o600 });
  }
  return folder;
}

/** What the tools say against the document; empty when they take it. */
function complaints(document: ModuleDocument, secrets: Readonly<Record<string, string>> = {}): string[] {
  const folder = place(document, secrets);
  return document.programs.flatMap(({ name, config }) => {
    if (!tools.includes(name)) return [];
    const [command, ...args] = TOOLS[name].check;
    const { status, output } = run(command, [...args, join(folder, config)]);
    if (status === 0) return [];
    return [`${name}: ${output}\n${document.files[config] ?? ''}`];
  });
}

const allOf = (inputs: fc.Arbitrary<ModuleInput>, numRuns: number): string[] =>
  fc.sample(inputs, { numRuns, seed: 1 }).flatMap((input) => {
    expect(moduleRenderer.validate(input, new Date('2027-01-01'))).toEqual([]);
    return complaints(moduleRenderer.render(input), input.secrets);
  });

describe.runIf(tools.length > 0)('real tools', () => {
  it('take every firewall', { timeout: 60_000 }, () => expect(allOf(firewalls, 40)).toEqual([]));
  it('take every load balancer', { timeout: 60_000 }, () => expect(allOf(loadBalancers, 40)).toEqual([]));
  it('take every VPN', { timeout: 60_000 }, () => expect(allOf(vpns, 10)).toEqual([]));

  it('take what the descriptors of the library make', () => {
    expect(
      libraryDocuments().flatMap((config) => complaints(config.document, openedSecrets(config))),
    ).toEqual([]);
  });

  it.runIf(tools.includes('nftables'))('refuse what is broken, so that their silence means something', () => {
    const [input] = fc.sample(firewalls, { numRuns: 1, seed: 1 });
    const document = moduleRenderer.render(input!);
    const broken = { 'nftables.conf': `${document.files['nftables.conf'] ?? ''}table ip {` };
    expect(complaints({ ...document, files: { ...document.files, ...broken } })).toHaveLength(1);
  });
});
