/**
 * WireGuard: by the kernel where it can, else by wireguard-go. Loading changes only what differs: sessions of peers that
 * stay are not interrupted (wg(8), syncconf).
 */
import { join } from 'node:path';
import { configFile } from './stable-path.js';
import type { Loading, Program, ProgramContext } from './program.js';
import { pause } from '../pause.js';
import { Daemon } from '../process/daemon.js';
import { runTool, tryTool } from '../process/run-tool.js';
import { findText, writeAtomically } from '../store/atomic-file.js';

/** wireguard-go opens its socket within this time, ms. */
const READY_TIMEOUT_MS = 5_000;
const LOOK_EVERY_MS = 25;

export function createWireguard({ folders }: ProgramContext): Program<'wireguard'> {
  const daemon = new Daemon(folders.run, 'wireguard-go');
  const nameFile = join(folders.run, 'wireguard.interface');
  const stop = async (): Promise<void> => {
    await daemon.stop();
    const name = (await findText(nameFile)) ?? '';
    if (name !== '') await tryTool('ip', ['link', 'delete', name]);
  };
  const ensureInterface = async (name: string): Promise<void> => {
    if (await answers(name)) return;
    await stop();
    await writeAtomically(nameFile, name);
    const made = await tryTool('ip', ['link', 'add', name, 'type', 'wireguard']);
    if (made.code !== 0) await daemon.ensure('wireguard-go', ['--foreground', name]);
    await waitFor(name);
  };
  return {
    check: async (loading) => {
      await stripped(loading);
    },
    load: async (loading) => {
      const { interface: name } = loading.program;
      await ensureInterface(name);
      // By a file: wg does not read standard input. It holds the private key, so it is 0600 like all of ours.
      const file = join(folders.run, 'wireguard.sync');
      await writeAtomically(file, await stripped(loading));
      await runTool('wg', ['syncconf', name, file]);
      await runTool('ip', ['link', 'set', name, 'up']);
    },
    stop,
    isRunning: async () => {
      const name = (await findText(nameFile)) ?? '';
      return name !== '' && answers(name);
    },
  };
}

/** What wg(8) itself reads of the file; wg-quick refuses what it cannot parse. */
async function stripped(loading: Loading<'wireguard'>): Promise<string> {
  return (await runTool('wg-quick', ['strip', configFile(loading)])).stdout;
}

async function answers(name: string): Promise<boolean> {
  return (await tryTool('wg', ['show', name, 'listen-port'])).code === 0;
}

async function waitFor(name: string): Promise<void> {
  const end = performance.now() + READY_TIMEOUT_MS;
  while (!(await answers(name))) {
    if (performance.now() > end) throw new Error(`The tunnel ${name} did not come up.`);
    await pause(LOOK_EVERY_MS);
  }
}
