/** Every change of a part: its plan is shown and asked about when it hurts, then it is made and followed. */
import type { AcceptedView, PlanView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { answerOf, type ClientResult } from '../../api/answer.js';
import type { OnceHeaders } from '../../api/change.js';
import type { Context } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { addWaitOptions, finishAccepted, type WaitOptions } from '../accepted.js';
import type { ConfirmOptions } from '../confirm.js';
import { confirmPlan, requirePlan } from '../vsys/confirm-plan.js';
import { requireAccepted } from '../vsys/create.js';

export interface PartOptions extends WaitOptions, ConfirmOptions {}

export const addPartOptions = (command: Command): Command =>
  addWaitOptions(command.option('-y, --yes', 'do not ask'));

type Send = (request: {
  readonly headers?: OnceHeaders & { readonly 'If-Match': string };
  readonly query: { readonly dryRun?: true };
}) => Promise<ClientResult<AcceptedView | PlanView>>;

/** What was planned is what is done: it is refused when the system was changed meanwhile. */
export async function changePart(context: Context, options: PartOptions, send: Send): Promise<ExitCode> {
  const plan = requirePlan(await answerOf(send({ query: { dryRun: true } })));
  await confirmPlan(context, plan, options);
  const match = { 'If-Match': `"${plan.basedOnGeneration}"` };
  const answer = await context.change(async (headers) =>
    send({ headers: { ...headers, ...match }, query: {} }),
  );
  const accepted = requireAccepted(answer);
  for (const { kind, name, id } of accepted.added) context.output.note(`${kind} ${name} is ${id}.`);
  return finishAccepted(context, accepted, options);
}
