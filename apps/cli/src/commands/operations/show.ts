import {
  getOperation,
  type OperationDetailView,
  type OperationView,
  type StepView,
} from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf } from '../../api/answer.js';
import type { Context, Shell } from '../../context.js';
import { instant, took } from '../../output/amounts.js';
import type { Colors } from '../../output/colors.js';
import { renderFacts, renderTable, type Column } from '../../output/render.js';

const STEPS: readonly Column<StepView>[] = [
  { title: 'step', value: ({ kind }) => kind },
  { title: 'part', value: ({ part }) => part },
  { title: 'try', value: ({ attempt }) => attempt, style: 'number' },
  { title: 'outcome', value: ({ outcome }) => outcome, style: 'state' },
  { title: 'took', value: took, style: 'number' },
  { title: 'error', value: ({ error }) => error?.message },
];

const HELP = `
Examples:
  $ vsysctl operations show 019399d2-5d5a-7cc8-9d6e-0a2f6d3b1c11`;

export function registerShowOperation(operations: Command, shell: Shell): void {
  operations
    .command('show')
    .description('Shows an operation with every step that was done for it.')
    .argument('<id>', 'id of the operation')
    .addHelpText('after', HELP)
    .action(
      shell.connected(async ({ client, output }: Context, operationId: string) => {
        const operation = await answerOf(getOperation({ client, path: { operationId } }));
        await output.result(operation, () => renderDetail(operation, output.colors));
      }),
    );
}

export function renderOperation(operation: OperationView, colors: Colors): string {
  const { error } = operation;
  return renderFacts(
    {
      id: operation.id,
      kind: operation.kind,
      vsys: operation.vsysId,
      state: operation.cancelRequested ? `${operation.state} (cancel is asked for)` : operation.state,
      steps: `${operation.stepsDone} of ${operation.stepsTotal}`,
      took: took(operation),
      'on failure': operation.onFailure,
      asked: instant(operation.createdAt),
      'asked by': operation.requestedBy,
      request: operation.requestId,
      error: error?.message,
      at: error?.pointer,
      remedy: error?.remedy,
    },
    colors,
  );
}

function renderDetail(operation: OperationDetailView, colors: Colors): string {
  const facts = renderOperation(operation, colors);
  return operation.steps.length === 0
    ? facts
    : `${facts}\n\n${renderTable(operation.steps, STEPS, { colors })}`;
}
