/** keepalived: which one of a pair has the virtual addresses. SIGHUP makes it read its configuration without giving them up. */
import { join } from 'node:path';
import { configFile, pointTo, stablePath } from './stable-path.js';
import { listLinks } from '../network/ip-json.js';
import type { Loading, Program, ProgramContext } from './program.js';
import { Daemon } from '../process/daemon.js';
import { runTool } from '../process/run-tool.js';

export function createKeepalived({ folders }: ProgramContext): Program<'keepalived'> {
  const daemon = new Daemon(folders.run, 'keepalived');
  const path = stablePath(folders, 'keepalived');
  // Pid files of its own: several appliances may share a file system in a test.
  const pids = [
    '-p',
    join(folders.run, 'keepalived-parent.pid'),
    '-r',
    join(folders.run, 'keepalived-vrrp.pid'),
  ];
  return {
    check: async (loading) => {
      // It refuses interfaces that are not there; on a fresh appliance they get their names only with the first document.
      if (await hasInterfaces(loading)) await test(loading);
    },
    load: async (loading) => {
      await test(loading);
      await pointTo(path, configFile(loading));
      if (await daemon.signal('SIGHUP')) return;
      await daemon.ensure('keepalived', ['--dont-fork', '--log-console', '--vrrp', '-f', path, ...pids]);
    },
    stop: async () => daemon.stop(),
    isRunning: async () => (await daemon.findPid()) !== undefined,
  };
}

async function test(loading: Loading<'keepalived'>): Promise<void> {
  await runTool('keepalived', ['--config-test', '-f', configFile(loading)]);
}

async function hasInterfaces({ version }: Loading<'keepalived'>): Promise<boolean> {
  const present = new Set((await listLinks()).map(({ ifname }) => ifname));
  return version.document.interfaces.every(({ name, mac }) => mac === null || present.has(name));
}
