/** nftables: the rules are in the kernel, one transaction replaces them. */
import { readFile } from 'node:fs/promises';
import { nftablesChange, nftablesCounts, type Count, type RulesetChange } from '@openvsys/efm';
import { configFile } from './stable-path.js';
import type { Loading, Program, ProgramContext } from './program.js';
import { runTool, tryTool } from '../process/run-tool.js';

/** All that an EFM loads is in this table; what the image itself has stays. */
const TABLE = ['ip', 'openvsys'] as const;

export function createNftables({ watch }: ProgramContext): Program<'nftables'> {
  const changes = new LastChange();
  return {
    check: async (loading) => {
      const change = await changes.of(loading);
      await feedOrAll(['--check'], loading, change?.script());
    },
    load: async (loading) => {
      const change = await changes.of(loading);
      await feedOrAll([], loading, change?.script(await countsOf(change.chains)));
    },
    stop: async () => {
      const script = `table ${TABLE.join(' ')}\ndelete table ${TABLE.join(' ')}\n`;
      await runTool('nft', ['--file', '-'], { input: script });
    },
    isRunning,
    glance: watch.remember(isRunning),
  };
}

/** What differs is found once for checking and loading: that means reading two rulesets. */
class LastChange {
  private files = '';
  private change: RulesetChange | undefined;

  /** Undefined when everything has to be loaded. */
  async of(loading: Loading<'nftables'>): Promise<RulesetChange | undefined> {
    if (loading.before === undefined) return undefined;
    const paths = [configFile({ ...loading, version: loading.before }), configFile(loading)] as const;
    // A version's folder is named by its hash: equal paths, equal texts.
    if (paths.join(' ') === this.files) return this.change;
    const [before, after] = await Promise.all(
      paths.map(async (path) => readFile(path, 'utf8').catch(() => '')),
    );
    this.change = nftablesChange(before ?? '', after ?? '');
    this.files = paths.join(' ');
    return this.change;
  }
}

async function isRunning(): Promise<boolean> {
  // Asked by a transaction that is never done: every listing of tables reads all chains and rules first (nft 1.0.6), which
  // takes a tenth of a second for ten thousand rules.
  const { code, stderr } = await tryTool('nft', ['--check', 'create', 'table', ...TABLE]);
  return code !== 0 && stderr.includes('File exists');
}

/** What differs; all when that is not known or the kernel has something else than was loaded: somebody changed it by hand. */
async function feedOrAll(
  options: readonly string[],
  loading: Loading<'nftables'>,
  script: string | undefined,
): Promise<void> {
  try {
    await feed(options, loading, script);
  } catch (error) {
    if (script === undefined) throw error;
    await feed(options, loading, undefined);
  }
}

/** The script, else the whole file. */
async function feed(
  options: readonly string[],
  loading: Loading<'nftables'>,
  script: string | undefined,
): Promise<void> {
  if (script === undefined) await runTool('nft', [...options, '--file', configFile(loading)]);
  else if (script !== '') await runTool('nft', [...options, '--file', '-'], { input: script });
}

/** What rules have counted that are loaded again with others of their chain: they go on from there. */
async function countsOf(chains: readonly string[]): Promise<Map<string, Count>> {
  const listed = await Promise.all(
    chains.map(async (chain) => tryTool('nft', ['--json', 'list', 'chain', ...TABLE, chain])),
  );
  return new Map(listed.flatMap(({ code, stdout }) => (code === 0 ? [...nftablesCounts(stdout)] : [])));
}
