import { restartVServer, startVServer, stopVServer } from '@openvsys/api-client';
import type { Command } from 'commander';
import { getVServerId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { requireAccepted } from '../vsys/create.js';
import { VSERVER_ARGUMENT } from './show.js';

const VERBS = {
  start: {
    send: startVServer,
    description:
      'Starts a server. It is wanted running from now on, and is started again when it stops by itself.',
  },
  stop: {
    send: stopVServer,
    description:
      'Stops a server. Its guest is asked to shut down; when it does not in time, its power is cut.',
  },
  restart: { send: restartVServer, description: 'Restarts a server, exactly once.' },
} as const;

interface PowerOptions extends WaitOptions {
  /** Of `stop`. */
  readonly force?: true;
}

type Verb = keyof typeof VERBS;

const helpOf = (verb: Verb): string => `
Examples:
  $ vsysctl vservers ${verb} shop/web-1
  $ vsysctl vservers ${verb} shop/web-1 --no-wait -o json`;

export function registerPower(vservers: Command, shell: Shell): void {
  for (const verb of ['start', 'stop', 'restart'] as const) {
    const command = addWaitOptions(vservers.command(verb));
    if (verb === 'stop') command.option('--force', 'cut its power at once, without asking its guest');
    command
      .description(VERBS[verb].description)
      .argument(...VSERVER_ARGUMENT)
      .addHelpText('after', helpOf(verb))
      .action(
        shell.connected(async (context: Context, idOrPath: string, options: PowerOptions) =>
          changePower(context, verb, idOrPath, options),
        ),
      );
  }
}

async function changePower(
  context: Context,
  verb: Verb,
  idOrPath: string,
  options: PowerOptions,
): Promise<ExitCode> {
  const { client, change } = context;
  const path = { vserverId: await getVServerId(client, idOrPath) };
  const accepted = await change(async (headers) => {
    if (verb !== 'stop') return VERBS[verb].send({ client, headers, path });
    const body = options.force === true ? { force: true } : {};
    return VERBS.stop.send({ client, headers, path, body });
  });
  return finishAccepted(context, requireAccepted(accepted), options);
}
