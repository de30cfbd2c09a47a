/** Disables, enables, drains and reopens pools. */
import { disablePool, drainPool, enablePool, reopenPool } from '@openvsys/api-client';
import type { Command } from 'commander';
import type { Context, Shell } from '../../context.js';
import { examples } from '../examples.js';
import { getPoolId } from './find-pool.js';

interface Switch {
  readonly verb: string;
  readonly description: string;
  readonly said: string;
  readonly send: typeof enablePool;
}

const SWITCHES: readonly Switch[] = [
  { verb: 'enable', description: 'Lets workers serve a pool again.', said: 'is served', send: enablePool },
  {
    verb: 'disable',
    description: 'Keeps all workers from touching a pool; what runs goes on.',
    said: 'is left alone',
    send: disablePool,
  },
  {
    verb: 'drain',
    description: 'Places no new system on a pool; what is there goes on.',
    said: 'takes no new systems',
    send: drainPool,
  },
  {
    verb: 'reopen',
    description: 'Places new systems on a drained pool again.',
    said: 'takes new systems',
    send: reopenPool,
  },
];

export function registerPoolSwitches(pools: Command, shell: Shell): void {
  for (const { verb, description, said, send } of SWITCHES) {
    pools
      .command(verb)
      .description(description)
      .argument('<pool>', 'name or id')
      .addHelpText('after', examples(`pools ${verb} pool-1 --reason "ticket 4711"`))
      .action(
        shell.connected(async ({ client, change, output }: Context, idOrName: string) => {
          const poolId = await getPoolId(client, idOrName);
          await change(async (headers) => send({ client, headers, path: { poolId } }));
          output.note(`The pool ${idOrName} ${said}.`);
        }),
      );
  }
}
