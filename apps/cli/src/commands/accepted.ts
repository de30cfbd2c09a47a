/** After a change was accepted: follow its operation, say how it ended, and end with the exit code of that. */
import type { AcceptedView, OperationView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { CliError, explain } from '../cli-error.js';
import type { Context } from '../context.js';
import { exitCodeOfOperation, EXIT, type ExitCode } from '../exit-codes.js';
import { watchOperation } from '../live/watch-operation.js';
import { took } from '../output/amounts.js';
import { renderFacts } from '../output/render.js';

export interface WaitOptions {
  /** Commander sets it to false for `--no-wait`. */
  readonly wait: boolean;
}

export function addWaitOptions(command: Command): Command {
  return command
    .option('--wait', 'follow the operation to its end', true)
    .option('--no-wait', 'return as soon as the change is accepted');
}

/** Prints the accepted change with its operation as it stands in the end. */
export async function finishAccepted(
  context: Context,
  accepted: AcceptedView,
  { wait }: WaitOptions,
): Promise<ExitCode> {
  if (!wait) {
    await printAccepted(context, accepted);
    return EXIT.done;
  }
  const operation = await watchOperation(context, accepted.operation);
  await printAccepted(context, { ...accepted, operation });
  return exitOf(context, operation);
}

/** The exit code of an operation that was waited for; why it failed goes to stderr. */
export function exitOf({ io }: Context, operation: OperationView): ExitCode {
  if (operation.error !== null) io.stderr.write(`${explain(errorOfOperation(operation))}\n`);
  return exitCodeOfOperation(operation.state);
}

function errorOfOperation(operation: OperationView): CliError {
  const { id, error, state, kind, requestId, onFailure } = operation;
  const { message = `${kind} ended as ${state}.`, remedy, ...rest } = error ?? {};
  const canResume = state === 'failed' && onFailure === 'keep';
  const steps = [remedy, canResume ? `Go on with \`vsysctl operations resume ${id}\`.` : undefined];
  const whatToDo = steps.filter((step) => step !== undefined).join(' ');
  return new CliError(`${message} (operation ${id})`, exitCodeOfOperation(state), {
    ...rest,
    ...(whatToDo === '' ? {} : { remedy: whatToDo }),
    ...(requestId === null ? {} : { requestId }),
  });
}

async function printAccepted({ output }: Context, accepted: AcceptedView): Promise<void> {
  await output.result(accepted, () =>
    renderFacts(
      {
        vsys: accepted.vsysId,
        generation: accepted.generation,
        parts: accepted.parts.length,
        operation: accepted.operation.id,
        kind: accepted.operation.kind,
        state: accepted.operation.state,
        steps: `${accepted.operation.stepsDone} of ${accepted.operation.stepsTotal}`,
        took: took(accepted.operation),
      },
      output.colors,
    ),
  );
}
