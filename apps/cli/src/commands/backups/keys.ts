import { getBackupCopyKey, setBackupCopyKey, withdrawBackupCopyKey } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import { renderFacts } from '../../output/render.js';
import { BACKUP_ARGUMENT, pathOfBackup } from './backup-argument.js';

const HELP = `
Who has the key and the id can restore the back-up to a system of another tenant. A new key each time it is set; the one
before is worth nothing any more.

Examples:
  $ vsysctl backups key DEMO0001-7K2M9QXPA-B-0001
  $ vsysctl backups key DEMO0001-7K2M9QXPA-B-0001 --set --for DEMO0002
  $ vsysctl backups key DEMO0001-7K2M9QXPA-B-0001 --withdraw`;

interface Options {
  readonly set?: true;
  readonly for: readonly string[];
  readonly withdraw?: true;
}

export function registerCopyKey(backups: Command, shell: Shell): void {
  backups
    .command('key')
    .description('Shows, sets or withdraws the key with which other tenants may copy a back-up.')
    .argument(...BACKUP_ARGUMENT)
    .option('--set', 'make a new one')
    .option(
      '--for <contract>',
      'with --set: only for the tenant with this contract; may be repeated',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option('--withdraw', 'nobody may copy it any more')
    .addHelpText('after', HELP)
    .action(shell.connected(key));
}

async function key({ client, output, change }: Context, id: string, options: Options): Promise<void> {
  const path = pathOfBackup(id);
  if (options.withdraw === true) {
    await change(async (headers) => withdrawBackupCopyKey({ client, path, headers }));
    output.note('The key is withdrawn.');
    return;
  }
  const answer =
    options.set === true
      ? await answerOf(setBackupCopyKey({ client, path, body: { contracts: [...options.for] } }))
      : await answerOf(getBackupCopyKey({ client, path }));
  await output.result(answer, () =>
    renderFacts({ key: answer.key, for: answer.contracts.join(', ') || 'whoever has it' }, output.colors),
  );
}
