/** dnsmasq: DNS and DHCP. It cannot read its configuration again, so it is started anew; leases stay in their file. */
import { configFile, pointTo, stablePath } from './stable-path.js';
import type { Program, ProgramContext } from './program.js';
import { Daemon } from '../process/daemon.js';
import { runTool } from '../process/run-tool.js';

export function createDnsmasq({ folders }: ProgramContext): Program<'dnsmasq'> {
  const daemon = new Daemon(folders.run, 'dnsmasq');
  const path = stablePath(folders, 'dnsmasq');
  return {
    check: async (loading) => {
      await runTool('dnsmasq', ['--test', `--conf-file=${configFile(loading)}`]);
    },
    load: async (loading) => {
      await pointTo(path, configFile(loading));
      await daemon.stop();
      await daemon.ensure('dnsmasq', [
        '--keep-in-foreground',
        '--log-facility=-',
        '--pid-file=',
        `--conf-file=${path}`,
      ]);
    },
    stop: async () => daemon.stop(),
    isRunning: async () => (await daemon.findPid()) !== undefined,
  };
}
