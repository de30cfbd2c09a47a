/** A server made anew, its first password, and why it does not run. */
import {
  diagnoseVServer,
  rebuildVServer,
  showInitialPassword,
  type DiagnosisFindingView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVServerId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { renderFacts, renderTable, type Column } from '../../output/render.js';
import { examples } from '../examples.js';
import { addPartOptions, changePart, type PartOptions } from '../parts/change-part.js';
import { VSERVER_ARGUMENT } from './show.js';

const FINDINGS: readonly Column<DiagnosisFindingView>[] = [
  { title: 'cause', value: ({ cause }) => cause },
  { title: 'reason', value: ({ message }) => message },
  { title: 'what to do', value: ({ remedy }) => remedy },
];

interface RebuildOptions extends PartOptions {
  readonly image?: string;
  readonly newPassword?: true;
}

export function registerRebuild(vservers: Command, shell: Shell): void {
  const command = vservers
    .command('rebuild')
    .description('Gives a server a fresh system disk; its id, addresses and data disks stay.')
    .argument(...VSERVER_ARGUMENT)
    .option('--image <image>', 'another image')
    .option('--new-password', 'make a password for its first login, see `vservers password`');
  addPartOptions(command)
    .addHelpText(
      'after',
      examples('vservers rebuild shop/web-1', 'vservers rebuild shop/web-1 --image debian-13 --yes'),
    )
    .action(shell.connected(rebuild));
  vservers
    .command('password')
    .description('Shows the password that was made for a server, once.')
    .argument(...VSERVER_ARGUMENT)
    .addHelpText('after', examples('vservers password shop/web-1'))
    .action(shell.connected(password));
  vservers
    .command('why')
    .description('Says why a server does not run, or does not stop.')
    .argument(...VSERVER_ARGUMENT)
    .addHelpText('after', examples('vservers why shop/web-1'))
    .action(shell.connected(why));
}

async function rebuild(context: Context, server: string, options: RebuildOptions): Promise<ExitCode> {
  const { client } = context;
  const path = { vserverId: await getVServerId(client, server) };
  const { image, newPassword } = options;
  const body = {
    ...(image === undefined ? {} : { image }),
    ...(newPassword === true ? { login: { generatePassword: true } } : {}),
  };
  return changePart(context, options, async (request) => rebuildVServer({ client, path, body, ...request }));
}

async function password({ client, output }: Context, server: string): Promise<void> {
  const path = { vserverId: await getVServerId(client, server) };
  const shown = await answerOf(showInitialPassword({ client, path }));
  await output.result(shown, () =>
    renderFacts({ user: shown.user, password: shown.password }, output.colors),
  );
}

async function why({ client, output }: Context, server: string): Promise<void> {
  const path = { vserverId: await getVServerId(client, server) };
  const answer = await answerOf(diagnoseVServer({ client, path }));
  const { verdict, wanted, state, findings } = answer;
  await output.result(
    answer,
    () =>
      `${renderFacts({ verdict, wanted, state }, output.colors)}\n\n${renderTable(findings, FINDINGS, { colors: output.colors })}`,
  );
}
