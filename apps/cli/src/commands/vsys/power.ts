/** Power of a whole system, with one operation for all of it; the server orders the work. */
import { restartVsys, startVsys, stopVsys } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVsysDetail } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { requireAccepted } from './create.js';
import { VSYS_ARGUMENT } from './show.js';

const VERBS = {
  start: {
    send: startVsys,
    wanted: 'running',
    description: 'Starts all servers of a system, in start order.',
  },
  stop: {
    send: stopVsys,
    wanted: 'stopped',
    description: 'Stops all servers of a system, EFM appliances too, in the reverse of the start order.',
  },
  restart: {
    send: restartVsys,
    wanted: undefined,
    description: 'Restarts every server of a system that is meant to run, once.',
  },
} as const;
type Verb = keyof typeof VERBS;

const helpOf = (verb: Verb): string => `
When the command is interrupted, it can simply be repeated.

Examples:
  $ vsysctl vsys ${verb} shop
  $ vsysctl vsys ${verb} shop --no-wait`;

export function registerVsysPower(vsys: Command, shell: Shell): void {
  for (const verb of ['start', 'stop', 'restart'] as const) {
    addWaitOptions(vsys.command(verb))
      .description(VERBS[verb].description)
      .argument(...VSYS_ARGUMENT)
      .addHelpText('after', helpOf(verb))
      .action(
        shell.connected(async (context: Context, idOrName: string, options: WaitOptions) =>
          changePower(context, verb, idOrName, options),
        ),
      );
  }
}

async function changePower(
  context: Context,
  verb: Verb,
  idOrName: string,
  options: WaitOptions,
): Promise<ExitCode> {
  const { client, change, output } = context;
  const { send, wanted } = VERBS[verb];
  const { id, vservers } = await getVsysDetail(client, idOrName);
  if (wanted !== undefined && vservers.every(({ power }) => power === wanted)) {
    output.note(`All servers are wanted ${wanted} already.`);
    return EXIT.done;
  }
  const accepted = await change(async (headers) => send({ client, headers, path: { vsysId: id } }));
  return finishAccepted(context, requireAccepted(accepted), options);
}
