/** nftables: the rules are in the kernel, one transaction replaces them. */
import { readFile } from 'node:fs/promises';
import { changedChains, nftablesChange, nftablesCounts, type Count } from '@openvsys/efm';
import { configFile } from './stable-path.js';
import type { Loading, Program } from './program.js';
import { runTool, tryTool } from '../process/run-tool.js';

/** All that an EFM loads is in this table; what the image itself has stays. */
const TABLE = ['ip', 'openvsys'] as const;

export function createNftables(): Program<'nftables'> {
  return {
    check: async (loading) => {
      const script = (await isRunning()) ? await findChange(loading) : undefined;
      await feed(['--check'], loading, script);
    },
    load: async (loading) => {
      const script = (await isRunning()) ? await findChange(loading) : undefined;
      try {
        await feed([], loading, script);
      } catch (error) {
        // The kernel has something else than was loaded before: somebody changed it by hand.
        if (script === undefined) throw error;
        await feed([], loading, undefined);
      }
    },
    stop: async () => {
      const script = `table ${TABLE.join(' ')}\ndelete table ${TABLE.join(' ')}\n`;
      await runTool('nft', ['--file', '-'], { input: script });
    },
    isRunning,
  };
}

async function isRunning(): Promise<boolean> {
  // Of all listings this one alone does not read every rule first.
  const { stdout } = await tryTool('nft', ['list', 'tables']);
  return stdout.split('\n').includes(`table ${TABLE.join(' ')}`);
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

/** A script that changes only what differs; undefined when everything has to be loaded. */
async function findChange(loading: Loading<'nftables'>): Promise<string | undefined> {
  if (loading.before === undefined) return undefined;
  const before = await readFile(configFile({ ...loading, version: loading.before }), 'utf8').catch(
    () => undefined,
  );
  if (before === undefined) return undefined;
  const after = await readFile(configFile(loading), 'utf8');
  return nftablesChange(before, after, await countsOf(changedChains(before, after)));
}

/** What rules have counted that are loaded again with others of their chain: they go on from there. */
async function countsOf(chains: readonly string[]): Promise<Map<string, Count>> {
  const listed = await Promise.all(
    chains.map(async (chain) => tryTool('nft', ['--json', 'list', 'chain', ...TABLE, chain])),
  );
  return new Map(listed.flatMap(({ code, stdout }) => (code === 0 ? [...nftablesCounts(stdout)] : [])));
}
