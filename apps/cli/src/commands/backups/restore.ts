import { getBackup, restoreBackup, restoreBackupToNewDisk, type BackupView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import { getVServerId, getVsysId } from '../../api/find-vsys.js';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { requireAccepted } from '../vsys/create.js';
import { renderPlan } from '../vsys/render-plan.js';
import { BACKUP_ARGUMENT, isDiskId, pathOfBackup } from './backup-argument.js';

const HELP = `
Without --to the disk that it was taken of gets its contents; what is on the disk now is lost. With --new-disk a disk is made
for them. A back-up of another tenant needs its --key. On a terminal it asks before a disk is overwritten; elsewhere --yes
is needed.

Examples:
  $ vsysctl backups restore DEMO0001-7K2M9QXPA-B-0001 --stop-server --dry-run
  $ vsysctl backups restore DEMO0001-7K2M9QXPA-B-0001 --to DEMO0001-7K2M9QXPA-D-0002 --yes
  $ vsysctl backups restore DEMO0001-7K2M9QXPA-B-0001 --new-disk restored --server shop/db`;

interface Options extends WaitOptions, ConfirmOptions {
  readonly to?: string;
  readonly stopServer?: true;
  readonly newDisk?: string;
  readonly vsys?: string;
  readonly server?: string;
  readonly key?: string;
  readonly dryRun?: true;
}

export function registerRestore(backups: Command, shell: Shell): void {
  const command = backups
    .command('restore')
    .description('Brings the contents of a back-up back.')
    .argument(...BACKUP_ARGUMENT)
    .option('--to <disk>', 'id of the disk, or a server for its system disk (default: where it is from)')
    .option('--stop-server', 'a running server that uses the disk may be shut down for it and started again')
    .option('--new-disk <name>', 'to a new disk of this name instead')
    .option('--vsys <vsys>', 'with --new-disk: the system that gets it')
    .option('--server <server>', 'with --new-disk: the server that it is attached to')
    .option('--key <key>', 'of a back-up of another tenant')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what it would do, and change nothing');
  addWaitOptions(command).addHelpText('after', HELP).action(shell.connected(restore));
}

async function restore(context: Context, id: string, options: Options): Promise<ExitCode> {
  const path = pathOfBackup(id);
  return options.newDisk === undefined
    ? overwrite(context, path, options)
    : makeDisk(context, path, { ...options, newDisk: options.newDisk });
}

type Path = ReturnType<typeof pathOfBackup>;

async function overwrite(context: Context, path: Path, options: Options): Promise<ExitCode> {
  if (options.vsys !== undefined || options.server !== undefined)
    throw usageError('--vsys and --server belong to --new-disk.', 'Name the disk with --to.');
  const { client, io, change } = context;
  const { to, key } = options;
  const disk = to === undefined || isDiskId(to) ? to : await getVServerId(client, to);
  const body = {
    ...(disk === undefined ? {} : { disk }),
    ...(key === undefined ? {} : { key }),
    ...(options.stopServer === true ? { stopServer: true } : {}),
  };
  if (options.dryRun === true)
    return showPlan(context, await answerOf(restoreBackup({ client, path, body, query: { dryRun: true } })));
  const target = disk ?? (await answerOf(getBackup({ client, path }))).source;
  await confirm(io, options, {
    preview: target,
    question: `Overwrite ${target} with what ${path.backupId} holds?`,
    unattended: 'refused',
    danger: `Restoring ${path.backupId} loses what is on ${target} now.`,
  });
  const accepted = await change(async (headers) => restoreBackup({ client, path, body, headers }));
  return finishAccepted(context, requireAccepted(accepted), options);
}

async function makeDisk(
  context: Context,
  path: Path,
  options: Options & { readonly newDisk: string },
): Promise<ExitCode> {
  const { client, change } = context;
  const { newDisk: name, vsys, server, key } = options;
  const body = {
    name,
    ...(vsys === undefined ? {} : { vsysId: await getVsysId(client, vsys) }),
    ...(server === undefined ? {} : { vserverId: await getVServerId(client, server) }),
    ...(key === undefined ? {} : { key }),
  };
  if (options.dryRun === true)
    return showPlan(
      context,
      await answerOf(restoreBackupToNewDisk({ client, path, body, query: { dryRun: true } })),
    );
  const accepted = await change(async (headers) => restoreBackupToNewDisk({ client, path, body, headers }));
  return finishAccepted(context, requireAccepted(accepted), options);
}

type Answer = NonNullable<Awaited<ReturnType<typeof restoreBackup>>['data']>;

async function showPlan({ output }: Context, plan: Answer): Promise<ExitCode> {
  if ('steps' in plan) await output.result(plan, () => renderPlan(plan, output.colors));
  return EXIT.done;
}

/** For sentences. */
export const backupText = ({ name, vsysName, sourceName }: BackupView): string =>
  `“${name}” of ${vsysName}/${sourceName}`;
