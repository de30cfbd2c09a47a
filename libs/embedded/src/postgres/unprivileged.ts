/**
 * PostgreSQL refuses to run as root. As root we run it
 *   1. in a user namespace where root is mapped to an ordinary user: no user is made, files stay root's, and it
 *      works below a 0700 home;
 *   2. as the user `postgres`, made when missing, where namespaces are switched off.
 */
import { chown } from 'node:fs/promises';
import { commandWorks, runCommand } from '../process/run-command.js';

export interface Runner {
  /** The command line to use instead of `command args`. */
  wrap(command: string, args: readonly string[]): readonly [command: string, args: readonly string[]];
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Gives a folder to the user that the server runs as. */
  own(folder: string): Promise<void>;
}

/** Any id but 0; it exists inside the namespace only. */
const NAMESPACE = ['--user', '--map-user=1000', '--map-group=1000'];

const AS_WE_ARE: Runner = { wrap: (command, args) => [command, args], own: async () => undefined };

const IN_NAMESPACE: Runner = {
  wrap: (command, args) => ['unshare', [...NAMESPACE, command, ...args]],
  own: async () => undefined,
};

/** Picks how the server is run; rejects when root has neither namespaces nor a way to make a user. */
export async function getRunner(): Promise<Runner> {
  if (process.getuid?.() !== 0) return AS_WE_ARE;
  if (await commandWorks('unshare', [...NAMESPACE, 'true'])) return IN_NAMESPACE;
  return getPostgresUserRunner();
}

/** Runs as the user `postgres`: every folder above the data folder must be passable for it. */
export async function getPostgresUserRunner(): Promise<Runner> {
  if (!(await commandWorks('id', ['-u', 'postgres']))) {
    await runCommand('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  }
  const uid = Number(await runCommand('id', ['-u', 'postgres']));
  const gid = Number(await runCommand('id', ['-g', 'postgres']));
  return {
    wrap: (command, args) => [command, args],
    user: { uid, gid },
    own: async (folder) => chown(folder, uid, gid),
  };
}
