/** Shows a plan and asks, when the change removes, replaces or restarts parts. */
import type { AcceptedView, PlanView } from '@openvsys/api-client';
import { CliError } from '../../cli-error.js';
import type { Context } from '../../context.js';
import { EXIT } from '../../exit-codes.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { renderPlan } from './render-plan.js';

export async function confirmPlan(
  { io, output }: Context,
  plan: PlanView,
  options: ConfirmOptions,
): Promise<void> {
  const hurts = plan.changes.some(
    ({ change: kind, restartNeeded }) => kind === 'removed' || kind === 'replaced' || restartNeeded,
  );
  await confirm(io, options, {
    preview: renderPlan(plan, output.noteColors),
    question: 'Change it so?',
    unattended: hurts ? 'refused' : 'allowed',
    danger: 'The change removes, replaces or restarts parts.',
  });
}

/** The API accepts a change only when it is not asked for a dry run. */
export function requirePlan<Plan extends PlanView>(answer: AcceptedView | Plan): Plan {
  if ('operation' in answer) throw new CliError('The server made a change instead of a plan.', EXIT.defect);
  return answer;
}
