import { getOperation } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { watchOperation } from '../../live/watch-operation.js';
import { exitOf } from '../accepted.js';
import { renderOperation } from './show.js';

const HELP = `
On a terminal the picture is redrawn in place, elsewhere there is one line for each change. Ends when the operation ends;
the exit code tells how. Ctrl-C only stops watching.

Examples:
  $ vsysctl operations watch 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11`;

export function registerWatchOperation(operations: Command, shell: Shell): void {
  operations
    .command('watch')
    .description('Follows an operation live.')
    .argument('<id>', 'id of the operation')
    .addHelpText('after', HELP)
    .action(shell.connected(watch));
}

async function watch(context: Context, operationId: string): Promise<ExitCode> {
  const { client, output } = context;
  const { steps: _, ...operation } = await answerOf(getOperation({ client, path: { operationId } }));
  const ended = await watchOperation(context, operation);
  await output.result(ended, () => renderOperation(ended, output.colors));
  return exitOf(context, ended);
}
