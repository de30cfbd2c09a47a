/**
 * HAProxy as master and worker. A reload starts a new worker that takes over the listening sockets and what is known of
 * the members' health, while the old one finishes its connections: no request is lost.
 *
 *   load ─► checked ─► state of members saved ─► SIGUSR2 to the master ─► new worker answers on the socket
 *                                                        └── it does not come: the old one serves on, load fails
 */
import { join } from 'node:path';
import { askHaproxy } from './haproxy-socket.js';
import { configFile, pointTo, stablePath } from './stable-path.js';
import type { Program, ProgramContext } from './program.js';
import { pause } from '../pause.js';
import { Daemon } from '../process/daemon.js';
import { runTool } from '../process/run-tool.js';
import { writeAtomically } from '../store/atomic-file.js';

/** A worker with thousands of certificates needs seconds to start, ms. */
const WORKER_TIMEOUT_MS = 15_000;
const LOOK_EVERY_MS = 25;

export const haproxySocket = (run: string): string => join(run, 'haproxy.sock');
/** Read at start through `server-state-file` of the configuration. */
const stateFile = (run: string): string => join(run, 'haproxy.state');

export function createHaproxy({ folders }: ProgramContext): Program<'haproxy'> {
  const daemon = new Daemon(folders.run, 'haproxy');
  const socket = haproxySocket(folders.run);
  const path = stablePath(folders, 'haproxy');
  return {
    check: async (loading) => {
      // -V: errors with their lines; the master socket is not part of the file.
      await runTool('haproxy', ['-c', '-f', configFile(loading)]);
    },
    load: async (loading) => {
      const old = await findWorker(socket);
      await keepServerState(folders.run, socket);
      await pointTo(path, configFile(loading));
      if (old === undefined || !(await daemon.signal('SIGUSR2'))) {
        await daemon.ensure('haproxy', [
          '-W',
          '-db',
          '-S',
          `${join(folders.run, 'haproxy-master.sock')},mode,600`,
          '-f',
          path,
        ]);
      }
      await waitForWorker(socket, old);
    },
    stop: async () => daemon.stop(),
    isRunning: async () => (await findWorker(socket)) !== undefined,
  };
}

/** Pid of the worker that answers on the socket. */
async function findWorker(socket: string): Promise<string | undefined> {
  const info = await askHaproxy(socket, 'show info').catch(() => '');
  return /^Pid: (\d+)$/m.exec(info)?.[1];
}

async function waitForWorker(socket: string, old: string | undefined): Promise<void> {
  const end = performance.now() + WORKER_TIMEOUT_MS;
  for (;;) {
    const worker = await findWorker(socket);
    if (worker !== undefined && worker !== old) return;
    if (performance.now() > end) {
      throw new Error('haproxy did not take the configuration: no new worker came up in time.');
    }
    await pause(LOOK_EVERY_MS);
  }
}

/** So that a member that is down gets no request from the new worker before its first check. */
async function keepServerState(run: string, socket: string): Promise<void> {
  const state = await askHaproxy(socket, 'show servers state').catch(() => '1\n');
  await writeAtomically(stateFile(run), `${state.trimEnd()}\n`);
}
