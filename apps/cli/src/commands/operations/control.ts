import { cancelOperation, resumeOperation, type OperationView } from '@openvsys/api-client';
import type { Command } from 'commander';
import type { Context, Shell } from '../../context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { watchOperation } from '../../live/watch-operation.js';
import { addWaitOptions, exitOf, type WaitOptions } from '../accepted.js';
import { renderOperation } from './show.js';

const CANCEL_HELP = `
Work that is being done is finished, then the last good state is restored; what did not exist before is removed. The exit
code is 0 when that is done, and 5 when the operation succeeded before it could be cancelled.

Examples:
  $ vsysctl operations cancel 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11`;

const RESUME_HELP = `
Only for operations that failed and kept what was there (--on-failure keep). What is done already is not done again.

Examples:
  $ vsysctl operations list --state failed
  $ vsysctl operations resume 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11`;

export function registerControl(operations: Command, shell: Shell): void {
  addWaitOptions(operations.command('cancel'))
    .description('Stops an operation and goes back to the last good state.')
    .argument('<id>', 'id of the operation')
    .addHelpText('after', CANCEL_HELP)
    .action(shell.connected(control('cancel')));
  addWaitOptions(operations.command('resume'))
    .description('Goes on with a failed operation.')
    .argument('<id>', 'id of the operation')
    .addHelpText('after', RESUME_HELP)
    .action(shell.connected(control('resume')));
}

const VERBS = { cancel: cancelOperation, resume: resumeOperation } as const;
type Verb = keyof typeof VERBS;

function control(verb: Verb) {
  return async (context: Context, operationId: string, { wait }: WaitOptions): Promise<ExitCode> => {
    const { client, output, change } = context;
    const asked = await change(async (headers) => VERBS[verb]({ client, headers, path: { operationId } }));
    const operation = wait ? await watchOperation(context, asked) : asked;
    await output.result(operation, () => renderOperation(operation, output.colors));
    return wait ? exitOfControl(context, verb, operation) : EXIT.done;
  };
}

/** Who cancels wants it cancelled: that is the success then. */
function exitOfControl(context: Context, verb: Verb, operation: OperationView): ExitCode {
  if (verb === 'cancel' && operation.state === 'cancelled') return EXIT.done;
  if (verb === 'cancel' && operation.state === 'succeeded') {
    context.output.note('It succeeded before it could be cancelled.');
    return EXIT.refused;
  }
  return exitOf(context, operation);
}
