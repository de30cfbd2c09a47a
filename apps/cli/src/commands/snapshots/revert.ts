import { getSnapshot, revertSnapshot } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVServerId } from '../../api/find-vsys.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { requireAccepted } from '../vsys/create.js';
import { renderPlan } from '../vsys/render-plan.js';
import { pathOfSnapshot, SNAPSHOT_ARGUMENT } from './snapshot-argument.js';

const HELP = `
The servers are stopped, their disks become what they were, and they start again as they are wanted. What was written
since is lost. On a terminal it asks; elsewhere --yes is needed.

Examples:
  $ vsysctl snapshots revert DEMO0001-7K2M9QXPA-X-0001 --dry-run
  $ vsysctl snapshots revert DEMO0001-7K2M9QXPA-X-0001 --server shop/db --yes`;

interface Options extends WaitOptions, ConfirmOptions {
  readonly server: readonly string[];
  readonly dryRun?: true;
}

export function registerRevert(snapshots: Command, shell: Shell): void {
  const command = snapshots
    .command('revert')
    .description('Brings servers back to a snapshot.')
    .argument(...SNAPSHOT_ARGUMENT)
    .option(
      '--server <server>',
      'only this server, by id or SYSTEM/SERVER; may be repeated',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what it would do, and change nothing');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(revert));
}

async function revert(context: Context, id: string, options: Options): Promise<ExitCode> {
  const { client, io, output, change } = context;
  const path = pathOfSnapshot(id);
  const named = await Promise.all(options.server.map(async (server) => getVServerId(client, server)));
  const body = named.length === 0 ? {} : { servers: named };
  if (options.dryRun === true) {
    const plan = await answerOf(revertSnapshot({ client, path, body, query: { dryRun: true } }));
    if ('steps' in plan) await output.result(plan, () => renderPlan(plan, output.colors));
    return EXIT.done;
  }
  const snapshot = await answerOf(getSnapshot({ client, path }));
  const servers = named.length > 0 ? named : snapshot.servers;
  const what = `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}`;
  await confirm(io, options, {
    preview: servers.join('\n'),
    question: `Bring ${what} back to “${snapshot.name}”?`,
    unattended: 'refused',
    danger: `Going back to “${snapshot.name}” (${id}) loses what ${what} wrote since.`,
  });
  const accepted = await change(async (headers) => revertSnapshot({ client, path, body, headers }));
  return finishAccepted(context, requireAccepted(accepted), options);
}
